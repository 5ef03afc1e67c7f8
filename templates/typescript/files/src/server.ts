/**
 * Connections, and the order in which things stop.
 *
 * On SIGTERM or SIGINT `/readyz` turns 503 first. For `DRAIN_MS` connections are still accepted,
 * because whoever balances the load needs that long to notice. Then the port closes, idle
 * connections are closed, and requests in flight have `SHUTDOWN_MS` to finish.
 */

import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { FastifyBaseLogger } from "fastify";

import type { App } from "./app.ts";
import type { Config } from "./config.ts";

/** Serves until the process is told to stop. Throws where it can't start, or had to cut requests. */
export async function serve(app: App, config: Config, log: FastifyBaseLogger): Promise<void> {
  const { port, version } = config;
  const stop = stopSignal();
  await app.http.ready();
  await listen(app.http.server, port);
  log.info({ port, version }, "serving");

  const signal = await stop;
  app.phase = "stopping";
  const drain_seconds = config.drainMs / 1000;
  log.info({ signal, drain_seconds }, "no longer ready, still serving");
  await sleep(config.drainMs);

  const active = await close(app, config.shutdownMs);
  if (active > 0) {
    throw new Error(
      `${active} requests were cut: they did not finish within SHUTDOWN_MS (${config.shutdownMs} ms)`,
    );
  }
  log.info("stopped");
}

/** The first signal that asks for a stop; later ones change nothing. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.on("SIGTERM", resolve);
    process.on("SIGINT", resolve);
  });
}

// Not Fastify's listen(): it logs a line of its own for every address of the machine.
async function listen(server: Server, port: number): Promise<void> {
  try {
    // On IPv6 and IPv4, or on IPv4 alone where there is no IPv6.
    server.listen(port);
    await once(server, "listening");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new Error(`port ${port} can't be served: ${reason}`, { cause });
  }
}

/** Closes the port and waits for the requests in flight: how many did not finish in time. */
async function close({ http: { server }, slots }: App, withinMs: number): Promise<number> {
  let open = true;
  // Closes idle connections too. One that never sent a request is not idle to Node: it counts
  // as open, and is not worth waiting for.
  server.close(() => {
    open = false;
  });
  const deadline = performance.now() + withinMs;
  while (open && slots.taken > 0 && performance.now() < deadline) await sleep(10);
  const active = open ? slots.taken : 0;
  server.closeAllConnections();
  return active;
}
