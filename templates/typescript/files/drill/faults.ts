/**
 * Faults on request, for alert drills. `make drill` starts the service with them; nothing in src/
 * knows of this folder, and it is not in the image.
 *
 * `POST /drill/faults` takes `{"error_ratio": 0.2, "latency_ms": 600, "occupied": 250}`; what is
 * left out is none. It answers with what holds from now on.
 */

import { setTimeout as sleep } from "node:timers/promises";

import type { App, Extension } from "../src/app.ts";
import { Problem } from "../src/problem.ts";

/** What goes wrong now. */
interface Fault {
  /** The share of requests that are answered with 500, from 0 to 1. */
  readonly error_ratio: number;
  /** How much longer every request takes. */
  readonly latency_ms: number;
  /** How many of the slots for concurrent requests are taken. */
  readonly occupied: number;
}

const NONE: Fault = { error_ratio: 0, latency_ms: 0, occupied: 0 };

const amount = { type: "integer", minimum: 0, default: 0, description: "a whole number" };

const schema = {
  body: {
    type: "object",
    description: "a fault",
    additionalProperties: false,
    properties: {
      error_ratio: { type: "number", minimum: 0, maximum: 1, default: 0, description: "0 to 1" },
      latency_ms: amount,
      occupied: amount,
    },
  },
};

/** The faults of one process. */
export class Faults implements Extension {
  #fault = NONE;
  #owed = 0;
  #free: (() => void) | undefined;

  readonly onRequest = async (): Promise<void> => {
    // A running sum instead of a dice: the share is exact, and a drill repeats itself.
    this.#owed += this.#fault.error_ratio;
    const fails = this.#owed >= 1;
    if (fails) this.#owed -= 1;
    if (this.#fault.latency_ms > 0) await sleep(this.#fault.latency_ms);
    if (fails) throw new Problem(500, "a drill");
  };

  readonly addRoutes = ({ http, slots }: App): void => {
    http.post("/drill/faults", { schema }, (request, reply) => {
      const fault = request.body as Fault;
      // The slots that the last drill holds are free before new ones are taken.
      this.#free?.();
      this.#fault = NONE;
      this.#owed = 0;
      this.#free = slots.take(fault.occupied);
      if (this.#free === undefined) throw new Problem(409, "fewer slots are free");
      this.#fault = fault;
      return reply.send(fault);
    });
  };
}
