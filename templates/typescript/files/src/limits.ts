/** How many requests are served at a time, and for how long one may take. */

import type { onRequestHookHandler } from "fastify";

import { Problem } from "./problem.ts";
import type { Slots } from "./slots.ts";

/** Turns a request away at once where too many are being served: a queue would only make it late. */
export function concurrency(slots: Slots): onRequestHookHandler {
  return (_request, reply, done) => {
    const release = slots.take();
    if (release === undefined) {
      throw new Problem(503, "too many requests at a time", { headers: { "retry-after": "1" } });
    }
    // Closed, not finished: a client may leave before it has its answer.
    reply.raw.once("close", release);
    done();
  };
}

/** The rest of a slow body is not waited for. */
const CLOSE = { connection: "close" };

/**
 * Gives up on a request that takes too long. 504, so that it can be told from a full service; a
 * body that comes too late is the client's doing, and 408.
 *
 * Not Fastify's `handlerTimeout`: that one ends as soon as the body was read, so that a POST could
 * take for ever after it.
 */
export function time(limitMs: number): onRequestHookHandler {
  return (request, reply, done) => {
    const timer = setTimeout(() => {
      if (reply.sent) return;
      const problem = request.raw.complete
        ? new Problem(504, `the request took longer than ${limitMs} ms`)
        : new Problem(408, `the body did not arrive within ${limitMs} ms`, { headers: CLOSE });
      reply.send(problem);
    }, limitMs);
    reply.raw.once("close", () => clearTimeout(timer));
    done();
  };
}
