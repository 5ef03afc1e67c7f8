#!/usr/bin/env node
// What `make dependencies` refuses, read from package-lock.json: a licence that is not listed here, a package
// from anywhere but the public registry, and one without a checksum. An exception names its reason and when it ends.

import { readFileSync } from "node:fs";

// Permissive licences that the dependencies use.
const ALLOWED = new Set(["Apache-2.0", "BSD-3-Clause", "ISC", "MIT"]);
const REGISTRY = "https://registry.npmjs.org/";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const findings = [];
let count = 0;
for (const [path, { version, license, resolved, integrity }] of Object.entries(packages)) {
  // The first entry is this service itself.
  if (path === "") continue;
  count += 1;
  const name = `${path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)} ${version}`;
  // `MIT OR Apache-2.0` leaves the choice; of a text with AND every part would have to be allowed.
  const choices = String(license).replaceAll(/[()]/g, "").split(" OR ");
  if (!choices.some((choice) => ALLOWED.has(choice))) {
    findings.push(`${name}: the licence ${license} is not in scripts/licences.mjs`);
  }
  if (!resolved?.startsWith(REGISTRY)) findings.push(`${name}: comes from ${resolved}`);
  if (!integrity) findings.push(`${name}: has no checksum`);
}
for (const finding of findings) console.error(finding);
if (findings.length === 0) console.log(`${count} packages: licences and sources are allowed`);
process.exitCode = findings.length === 0 ? 0 : 1;
