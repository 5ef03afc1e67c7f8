/** One histogram sample for each request, and one log line for each that failed. */

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Metrics } from "./metrics.ts";

/** The route of a request that matches none: one name, however many paths are tried. */
const UNMATCHED = "unmatched";

/** Clients may invent methods, and each would be a series: all others are `_OTHER`. */
const METHODS = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "TRACE",
]);

/** What is called for each request that was answered. */
export function measure(metrics: Metrics) {
  return (request: FastifyRequest, reply: FastifyReply, done?: () => void): void => {
    const method = METHODS.has(request.method) ? request.method : "_OTHER";
    const route = request.routeOptions.config.template ?? UNMATCHED;
    const status = reply.statusCode;
    const seconds = reply.elapsedTime / 1000;
    metrics.observe(method, route, status, seconds);

    const trace = traceId(request.headers.traceparent);
    const event = { method, route, status, seconds, trace };
    if (status >= 500) request.log.error(event, "request failed");
    else request.log.debug(event, "request");
    done?.();
  };
}

/** The trace that a caller's `traceparent` header names, so that its log and ours can be joined. */
function traceId(header: string | string[] | undefined): string | undefined {
  const trace = String(header).split("-")[1];
  return trace !== undefined && /^[0-9A-Fa-f]{32}$/.test(trace) ? trace : undefined;
}
