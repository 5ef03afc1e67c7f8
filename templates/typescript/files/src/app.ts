/**
 * Orders over HTTP, kept in memory.
 *
 * A request passes, from the outside in: the measurement (one histogram sample and, for a failure,
 * one log line), the concurrency limit, the time limit, the schema, the handler. The handler only
 * sees values that are valid.
 */

import { METHODS } from "node:http";

import {
  type FastifyBaseLogger,
  type FastifyInstance,
  fastify,
  LogController,
  type onRequestHookHandler,
} from "fastify";

import type { Config } from "./config.ts";
import { concurrency, time } from "./limits.ts";
import { measure } from "./measure.ts";
import { Metrics } from "./metrics.ts";
import { type NewOrder, Orders } from "./orders.ts";
import { answer, answerClientError, answerError, Problem, schemaError } from "./problem.ts";
import { type Resource, resource } from "./resource.ts";
import * as schemas from "./schemas.ts";
import { Slots } from "./slots.ts";

/**
 * How long a connection may wait for the whole head of its next request. Longer than the 60 s for
 * which load balancers keep idle connections, so that it is they who close them.
 */
const HEAD_TIMEOUT_MS = 75_000;

/** One process's service. */
export interface App {
  readonly http: FastifyInstance;
  readonly slots: Slots;
  /** Ready for requests, or about to close its port and its connections. */
  phase: "serving" | "stopping";
}

/** What can be added to a service. In production nothing is. */
export interface Extension {
  /** Sees each request that is measured, inside the limits. */
  readonly onRequest: onRequestHookHandler;
  /** Adds routes of its own, beside health and metrics. */
  readonly addRoutes: (app: App) => void;
}

/** A service that is ready for requests, and listens nowhere yet. */
export function createApp(config: Config, log: FastifyBaseLogger, extension?: Extension): App {
  const slots = new Slots(config.concurrencyLimit);
  const metrics = new Metrics(config.version, slots);
  const orders = new Orders();
  const count = measure(metrics);

  const http = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyLimitBytes,
    keepAliveTimeout: HEAD_TIMEOUT_MS,
    http: { headersTimeout: HEAD_TIMEOUT_MS },
    // The last resort, which can't answer; `time` in limits.ts is earlier and can.
    requestTimeout: HEAD_TIMEOUT_MS + config.requestTimeoutMs,
    // A long id is a wrong id, not another path.
    routerOptions: { maxParamLength: 65_536 },
    ajv: {
      customOptions: {
        // A body is taken as it is or refused, with every rule that it breaks.
        allErrors: true,
        coerceTypes: false,
        removeAdditional: false,
        verbose: true,
      },
    },
    schemaErrorFormatter: schemaError,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      count(request, reply);
      answer(new Problem(400, error.message), reply);
    },
  });
  const app: App = { http, slots, phase: "serving" };

  // Fastify knows a few methods; what is no method of a route is 405, whatever its name.
  for (const method of METHODS) {
    if (!http.supportedMethods.includes(method)) http.addHttpMethod(method);
  }
  // A child for each request would repeat an id that nothing else in the log has.
  http.setChildLoggerFactory((logger) => logger);
  http.setErrorHandler(answerError);
  http.removeAllContentTypeParsers();
  http.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  http.addHook("onSend", (_request, reply, payload, done) => {
    // JSON has no charset, RFC 8259; Fastify adds one.
    if (reply.getHeader("content-type") === "application/json; charset=utf-8") {
      reply.header("content-type", "application/json");
    }
    if (app.phase !== "serving") {
      // The stop would cut the next request on a connection that is kept.
      reply.header("connection", "close");
    } else if (reply.hasHeader("connection") && reply.request.raw.complete) {
      // Fastify closes where it could not parse a body, also one that was read to its end.
      reply.removeHeader("connection");
    }
    done(null, payload);
  });

  // Health and metrics are answered whatever the load, and are not measured.
  const alive = {
    GET: { handler: (_request, reply) => reply.code(204).send() },
  } satisfies Resource;
  resource(http, "/livez", alive);
  resource(http, "/healthz", alive);
  resource(http, "/readyz", {
    GET: {
      handler: (_request, reply) => {
        if (app.phase !== "serving") throw new Problem(503, "the process is stopping");
        return reply.code(204).send();
      },
    },
  });
  resource(http, "/metrics", {
    GET: {
      handler: async (_request, reply) =>
        reply.type(metrics.contentType).send(await metrics.exposition()),
    },
  });
  extension?.addRoutes(app);

  http.register(async (api) => {
    api.addHook("onRequest", count);
    api.addHook("onRequest", concurrency(slots));
    api.addHook("onRequest", time(config.requestTimeoutMs));
    if (extension) api.addHook("onRequest", extension.onRequest);
    // Before the body is looked at, which could be an error of its own.
    api.addHook("onRequest", (request, _reply, done) => {
      if (request.is404) throw new Problem(404, "there is nothing under this path");
      done();
    });
    api.setNotFoundHandler(() => {});

    resource(api, "/v1/orders", {
      POST: {
        schema: { body: schemas.newOrder, response: { 201: schemas.order } },
        preValidation: (request, _reply, done) => {
          if (request.body === undefined) throw new Problem(415, "a body in JSON is needed");
          done();
        },
        handler: (request, reply) => {
          const order = orders.place(request.body as NewOrder);
          return reply.code(201).header("location", `/v1/orders/${order.id}`).send(order);
        },
      },
    });
    resource(api, "/v1/orders/{id}", {
      GET: {
        schema: { params: schemas.orderPath, response: { 200: schemas.order } },
        handler: (request, reply) => {
          const { id } = request.params as { id: string };
          const order = orders.find(id);
          if (order === undefined) throw new Problem(404, `no order ${id}`);
          return reply.send(order);
        },
      },
    });
  });
  return app;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new Problem(400, `the body is not JSON: ${(error as Error).message}`);
  }
}
