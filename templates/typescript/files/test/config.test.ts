import assert from "node:assert/strict";
import { test } from "node:test";

import { InvalidConfiguration, readConfig, sentence, shown } from "../src/config.ts";

function violations(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof InvalidConfiguration);
    return error.violations.map(sentence);
  }
  return [];
}

test("an empty environment is a valid one", () => {
  const config = readConfig({});
  assert.equal(config.logLevel, "info");
  assert.equal(config.version, "dev");
});

test("every variable is read", () => {
  const config = readConfig({
    PORT: "9000",
    LOG_LEVEL: "warn",
    DRAIN_MS: "0",
    SHUTDOWN_MS: "2000",
    REQUEST_TIMEOUT_MS: "1500",
    BODY_LIMIT_BYTES: "1024",
    CONCURRENCY_LIMIT: "7",
    SERVICE_VERSION: "1.2.3+abc",
  });
  assert.deepEqual(config, {
    port: 9000,
    logLevel: "warn",
    drainMs: 0,
    shutdownMs: 2000,
    requestTimeoutMs: 1500,
    bodyLimitBytes: 1024,
    concurrencyLimit: 7,
    version: "1.2.3+abc",
  });
});

for (const [variable, value, message] of [
  ["PORT", "0", 'PORT="0" must be a whole number from 1 to 65535'],
  ["PORT", "65536", 'PORT="65536" must be a whole number from 1 to 65535'],
  ["PORT", "+80", 'PORT="+80" must be a whole number from 1 to 65535'],
  ["PORT", "1e3", 'PORT="1e3" must be a whole number from 1 to 65535'],
  ["PORT", "", 'PORT="" must be a whole number from 1 to 65535'],
  ["DRAIN_MS", "5s", 'DRAIN_MS="5s" must be a whole number from 0 to 300000'],
  ["LOG_LEVEL", "INFO", 'LOG_LEVEL="INFO" must be one of error, warn, info, debug, trace'],
] as const) {
  test(`a violation names the variable, the value and the rule: ${variable}=${value}`, () => {
    assert.deepEqual(violations({ [variable]: value }), [message]);
  });
}

test("all violations are reported at once", () => {
  const found = violations({ PORT: "x", LOG_LEVEL: "loud", SERVICE_VERSION: "a b" });
  assert.equal(found.length, 3);
});

test("a request may not outlast the shutdown", () => {
  const found = violations({ REQUEST_TIMEOUT_MS: "3000", SHUTDOWN_MS: "2999" });
  assert.equal(found.length, 1);
  assert.match(String(found[0]), /at most SHUTDOWN_MS \(2999\)/);
});

test("the value of a secret is never shown", () => {
  assert.equal(shown("DATABASE_PASSWORD", "hunter2"), "(hidden)");
  assert.equal(shown("PORT", "80"), "80");
});
