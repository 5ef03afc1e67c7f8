/** Routes by their path, so that a wrong method is told the right ones. */

import type { FastifyInstance, RouteOptions } from "fastify";

import { Problem } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The path as openapi.yaml writes it. */
    template?: string;
  }
}

/** A path's methods. */
export type Resource = Readonly<Record<string, Omit<RouteOptions, "method" | "url">>>;

/** Adds the routes of a path; every other method is 405. */
export function resource(on: FastifyInstance, template: string, methods: Resource): void {
  // The expression: an empty parameter is another path.
  const url = template.replaceAll(/\{(\w+)\}/g, ":$1(^.+$)");
  const config = { template };
  for (const [method, options] of Object.entries(methods)) {
    on.route({ ...options, method, url, config });
  }

  const allowed = Object.keys(methods);
  // Fastify answers HEAD where it answers GET.
  if (allowed.includes("GET")) allowed.push("HEAD");
  const refuse = (): never => {
    throw new Problem(405, "the Allow header lists the methods", {
      headers: { allow: allowed.join(",") },
    });
  };
  const method = on.supportedMethods.filter((name) => !allowed.includes(name));
  // In the hook, because a body would be parsed before the handler is called.
  on.route({ method, url, config, onRequest: refuse, handler: refuse });
}
