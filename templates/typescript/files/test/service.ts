/** A service for tests: everything but the port. */

import assert from "node:assert/strict";

import type { LightMyRequestResponse } from "fastify";

import { type App, createApp, type Extension } from "../src/app.ts";
import { readConfig } from "../src/config.ts";
import { createLog } from "../src/logging.ts";

/** A valid order. */
export const ORDER = { customer: "c-1", items: [{ sku: "TEA-1", quantity: 2 }] };

/** The id of no order. */
export const UNKNOWN = "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10";

// What holds where a test says nothing, whatever the defaults of this service are.
const ORDINARY = { REQUEST_TIMEOUT_MS: "5000", SHUTDOWN_MS: "5000" };

/** A service that does not listen. */
export class Service {
  readonly app: App;

  constructor(env: NodeJS.ProcessEnv = {}, extension?: Extension) {
    const log = createLog("error");
    // The failures that tests provoke are no news.
    log.level = "silent";
    this.app = createApp(readConfig({ ...ORDINARY, ...env }), log, extension);
  }

  /** Sends a request; without a content type it says that the body is JSON. */
  ask(
    method: string,
    url: string,
    payload?: string | object,
    headers: Record<string, string> = { "content-type": "application/json" },
  ): Promise<LightMyRequestResponse> {
    return this.app.http.inject({
      method: method as "GET",
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
  }

  get(url: string): Promise<LightMyRequestResponse> {
    return this.ask("GET", url);
  }

  post(url: string, payload: string | object): Promise<LightMyRequestResponse> {
    return this.ask("POST", url, payload);
  }

  /** The series of the duration histogram, each by its labels. */
  async series(): Promise<Set<string>> {
    const { body } = await this.get("/metrics");
    const counts = body.matchAll(/^http_server_request_duration_seconds_count(\{.*\}) /gm);
    return new Set([...counts].map(([, labels]) => String(labels)));
  }
}

/** The problem document that an answer must be. */
export function problem(answer: LightMyRequestResponse, status: number) {
  assert.equal(answer.statusCode, status, answer.body);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  const document = answer.json();
  assert.equal(document.status, status);
  assert.equal(typeof document.title, "string");
  assert.equal(typeof document.detail, "string");
  return document;
}
