/** One histogram sample for each request, and one log line for each that failed. */

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Metrics } from "./metrics.ts";

/** The route of a request that matches none: one name, however many paths are tried. */
const UNMATCHED = "unmatched";

/** What nginx logs for a client that has gone before it was answered. */
const CLIENT_GONE = 499;

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

/** What is called for each request that comes. */
export function measure(metrics: Metrics) {
  return (request: FastifyRequest, reply: FastifyReply, done?: () => void): void => {
    // Closed, not finished: a client may leave before its answer is written.
    reply.raw.once("close", () => {
      const method = METHODS.has(request.method) ? request.method : "_OTHER";
      const route = request.routeOptions.config.template ?? UNMATCHED;
      const status = reply.raw.writableEnded ? reply.statusCode : CLIENT_GONE;
      const seconds = reply.elapsedTime / 1000;
      metrics.observe(method, route, status, seconds);

      const trace = traceId(request.headers.traceparent);
      const event = { method, route, status, seconds, trace };
      if (status >= 500) request.log.error(event, "request failed");
      else request.log.debug(event, "request");
    });
    done?.();
  };
}

/** The trace that a caller's `traceparent` header names, so that its log and ours can be joined. */
function traceId(header: string | string[] | undefined): string | undefined {
  const trace = String(header).split("-")[1];
  return trace !== undefined && /^[0-9A-Fa-f]{32}$/.test(trace) ? trace : undefined;
}
