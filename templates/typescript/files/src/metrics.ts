/**
 * What Prometheus reads. Alerts, dashboards and the canary analysis use these names, so that
 * changing one means changing them all.
 *
 * Names and buckets are those of OpenTelemetry's semantic conventions for HTTP servers.
 */

import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

import type { Slots } from "./slots.ts";

/**
 * The upper bounds of the duration histogram, in seconds. A latency objective must be one of them,
 * and none of 1, 5 and 10: those are `le="1"` here and `le="1.0"` in other languages.
 */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

// Gauges whose names end like those of counters, which `promtool check metrics` refuses.
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/** The metrics of one process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<"http_request_method" | "http_route" | "http_response_status_code">;

  constructor(version: string, slots: Slots) {
    const registers = [this.#registry];
    // Processor time, memory, start, and what only Node has: the lag of its event loop, its heap.
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);

    this.#requests = new Histogram({
      name: "http_server_request_duration_seconds",
      help: "How long requests took, by method, route template and status",
      labelNames: ["http_request_method", "http_route", "http_response_status_code"],
      buckets: BUCKETS,
      registers,
    });
    new Gauge({
      name: "build_info",
      help: "The version that is running",
      labelNames: ["version"],
      registers,
    }).set({ version }, 1);
    new Gauge({
      name: "http_server_active_requests",
      help: "Requests that are being served now",
      registers,
      collect() {
        this.set(slots.taken);
      },
    });
    new Gauge({
      name: "http_server_active_requests_limit",
      help: "Requests that may be served at the same time",
      registers,
    }).set(slots.limit);
  }

  /**
   * Counts one request. The route is a template, never a path, so that the number of
   * series does not depend on what clients ask for.
   */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe(
      {
        http_request_method: method,
        http_route: route,
        http_response_status_code: status,
      },
      seconds,
    );
  }

  /** The content type of {@link Metrics.exposition}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  exposition(): Promise<string> {
    return this.#registry.metrics();
  }
}
