/** The log: one JSON object a line on standard output. */

import { type FastifyBaseLogger, fastify } from "fastify";

import type { LogLevel } from "./config.ts";

/** A log of events of this level and the more severe ones. */
export function createLog(level: LogLevel): FastifyBaseLogger {
  // Fastify brings pino: this way it needs no version of our own, which could be another one.
  const { log } = fastify({
    logger: {
      level,
      // Written at once and in order; pino's own stream is behind, which the end of a process cuts.
      stream: process.stdout,
      base: null,
      messageKey: "message",
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
  });
  return log;
}
