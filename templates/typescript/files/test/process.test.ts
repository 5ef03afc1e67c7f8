/** The process contract, against the built service: configuration, limits, and how it stops. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createServer, connect as open, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { ORDER } from "./service.ts";

const MAIN = fileURLToPath(new URL("../src/main.js", import.meta.url));
const BODY = JSON.stringify(ORDER);
const PATIENCE_MS = 20_000;

// What holds where a test says nothing, whatever the defaults of this service are.
const ORDINARY = {
  CONCURRENCY_LIMIT: "16",
  DRAIN_MS: "0",
  REQUEST_TIMEOUT_MS: "5000",
  SHUTDOWN_MS: "10000",
};

const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Ended {
  readonly code: number | null;
  /** The log, which must be one JSON object a line and nothing else. */
  readonly events: Record<string, unknown>[];
}

/** One process. */
class Run {
  readonly ended: Promise<Ended>;
  readonly child: ChildProcess;

  constructor(env: Record<string, string>, ...args: string[]) {
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: [...stdio] });
    this.child = child;
    running.add(child);
    this.ended = Promise.all([text(child.stdout), once(child, "exit")]).then(([out, [code]]) => {
      running.delete(child);
      return { code, events: out.trim().split("\n").map(event) };
    });
  }
}

function event(line: string): Record<string, unknown> {
  const event = JSON.parse(line);
  for (const key of ["timestamp", "level", "message"]) assert.equal(typeof event[key], "string");
  return event;
}

/** A running service. */
class Service extends Run {
  readonly port: number;

  private constructor(port: number, env: Record<string, string>) {
    super({ ...ORDINARY, ...env, PORT: String(port) });
    this.port = port;
  }

  static async start(env: Record<string, string> = {}): Promise<Service> {
    // Another process may take the port between the two binds: then the next one is tried.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const service = new Service(await freePort(), env);
      await until("the port is open", async () => service.hasEnded || (await service.accepts()));
      if (!service.hasEnded) return service;
    }
    throw new Error("the service does not start");
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null;
  }

  async accepts(): Promise<boolean> {
    const socket = open(this.port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  async get(path: string): Promise<number> {
    return (await this.fetch(path)).status;
  }

  fetch(path: string): Promise<Response> {
    const headers = { connection: "close" };
    return fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
  }

  /** A request whose body has not been sent yet: in flight until {@link Exchange.finish}. */
  async beginOrder(): Promise<Exchange> {
    const exchange = new Exchange(this.port);
    exchange.send(
      `POST /v1/orders HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n` +
        `content-length: ${BODY.length}\r\n\r\n${BODY.slice(0, 10)}`,
    );
    await until("the request is taken up", async () =>
      /^http_server_active_requests 1$/m.test(await (await this.fetch("/metrics")).text()),
    );
    return exchange;
  }

  stop(): Promise<Ended> {
    this.child.kill("SIGTERM");
    return this.ended;
  }
}

/** One connection. */
class Exchange {
  readonly #socket: Socket;
  readonly #answer: Promise<string>;

  constructor(port: number) {
    this.#socket = open(port, "127.0.0.1");
    this.#answer = once(this.#socket, "data").then(String);
  }

  send(bytes: string): void {
    this.#socket.write(bytes);
  }

  leave(): void {
    this.#socket.destroy();
  }

  finish(): Promise<number> {
    this.send(BODY.slice(10));
    return this.status();
  }

  async status(): Promise<number> {
    return Number((await this.#answer).split(" ")[1]);
  }
}

async function freePort(): Promise<number> {
  const { server, port } = await takenPort("127.0.0.1");
  server.close();
  await once(server, "close");
  return port;
}

async function takenPort(host: string) {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { server, port };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `not in time: ${what}`);
    await sleep(5);
  }
}

function checkConfig(env: Record<string, string>): Promise<Ended> {
  return new Run({ ...ORDINARY, ...env }, "--check-config").ended;
}

test("a valid configuration passes its check", async () => {
  assert.equal((await new Run({}, "--check-config").ended).code, 0);
  assert.equal((await checkConfig({})).code, 0);
});

test("an invalid configuration ends with 78 and every reason", async () => {
  const env = { PORT: "99999", LOG_LEVEL: "loud" };
  const { code, events } = await checkConfig(env);
  assert.equal(code, 78);
  assert.equal(events.length, 2);
  assert.equal(events[0]?.variable, "PORT");
  assert.equal(events[0]?.value, "99999");
  assert.equal(events[0]?.rule, "a whole number from 1 to 65535");

  assert.equal((await new Run(env).ended).code, 78, "a start ends as the check does");
});

test("an unknown argument is refused", async () => {
  assert.equal((await new Run({}, "--chekc-config").ended).code, 64);
});

test("a port in use is an error that names it", async () => {
  const { server, port } = await takenPort("0.0.0.0");
  const { code, events } = await new Run({ ...ORDINARY, PORT: String(port) }).ended;
  server.close();
  assert.equal(code, 1);
  assert.match(String(events.at(-1)?.message), new RegExp(`port ${port} can't be served`));
});

test("it listens on IPv6 and on IPv4", async (t) => {
  const addresses = Object.values(networkInterfaces()).flat();
  if (!addresses.some((address) => address?.address === "::1")) return t.skip("there is no IPv6");
  const service = await Service.start();
  assert.equal((await fetch(`http://[::1]:${service.port}/livez`)).status, 204);
  assert.equal(await service.get("/livez"), 204);
  assert.equal((await service.stop()).code, 0);
});

test("a stop drops readiness first and serves while it drains", async () => {
  const service = await Service.start({ DRAIN_MS: "1000" });
  assert.equal(await service.get("/readyz"), 204);

  const stopped = performance.now();
  const ended = service.stop();
  await until("readiness is withdrawn", async () => (await service.get("/readyz")) === 503);
  assert.equal(await service.get("/v1/orders/17"), 400);
  assert.equal(await service.get("/livez"), 204);

  const { code, events } = await ended;
  assert.equal(code, 0);
  assert.ok(performance.now() - stopped >= 1000, "the drain is as long as configured");
  assert.deepEqual(
    events.map(({ message }) => message),
    ["serving", "no longer ready, still serving", "stopped"],
  );
});

test("a request in flight finishes after the port was closed", async () => {
  const service = await Service.start();
  const exchange = await service.beginOrder();
  const ended = service.stop();
  await until("the port is closed", async () => !(await service.accepts()));
  assert.equal(await exchange.finish(), 201);
  assert.equal((await ended).code, 0);
});

test("idle connections do not delay a stop", async () => {
  const service = await Service.start();
  const idle = new Exchange(service.port);
  idle.send("GET /livez HTTP/1.1\r\nhost: t\r\n\r\n");
  assert.equal(await idle.status(), 204);
  // One that asks for nothing.
  open(service.port, "127.0.0.1").on("error", () => {});

  const stopped = performance.now();
  assert.equal((await service.stop()).code, 0);
  assert.ok(performance.now() - stopped < 5000);
});

test("a body that does not arrive is answered and no failure", async () => {
  const service = await Service.start({ REQUEST_TIMEOUT_MS: "300", LOG_LEVEL: "debug" });
  const exchange = await service.beginOrder();
  assert.equal(await exchange.status(), 408);

  const { events } = await service.stop();
  const late = events.find(({ status }) => status === 408);
  assert.equal(late?.level, "DEBUG");
  assert.equal(late?.route, "/v1/orders");
});

test("one request more than the limit is turned away", async () => {
  const service = await Service.start({ CONCURRENCY_LIMIT: "1" });
  const exchange = await service.beginOrder();
  assert.equal(await service.get("/v1/orders/17"), 503);
  assert.equal(await exchange.finish(), 201);
  assert.equal(await service.get("/v1/orders/17"), 400);
  assert.equal((await service.stop()).code, 0);
});

test("a connection serves one request after the other, errors included", async () => {
  const service = await Service.start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();
  for (const [method, path, body, status] of [
    ["POST", "/v1/orders", BODY, 201],
    ["GET", "/v1/orders/17", undefined, 400],
    ["POST", "/v1/orders", "{", 400],
    ["DELETE", "/v1/orders", BODY, 405],
    ["POST", "/v1/orders", BODY, 201],
  ] as const) {
    const headers = { "content-type": "application/json", "content-length": body?.length ?? 0 };
    const asked = request({ agent, port: service.port, method, path, headers });
    asked.end(body);
    const [answer] = await once(asked, "response");
    sockets.add(answer.socket);
    answer.resume();
    await once(answer, "end");
    assert.equal(answer.statusCode, status);
  }
  assert.equal(sockets.size, 1);
  agent.destroy();
  assert.equal((await service.stop()).code, 0);
});

test("a client that goes away leaves no slot taken, and is counted with the time it waited", async () => {
  const service = await Service.start();
  const exchange = await service.beginOrder();
  await sleep(300);
  exchange.leave();
  let metrics = "";
  await until("the slot is free", async () => {
    metrics = await (await service.fetch("/metrics")).text();
    return /^http_server_active_requests 0$/m.test(metrics);
  });
  const series = `{http_request_method="POST",http_route="/v1/orders",http_response_status_code="499"}`;
  const counted = metrics.matchAll(/^http_server_request_duration_seconds_count(.*)$/gm);
  assert.deepEqual(
    [...counted].map(([, rest]) => rest),
    [`${series} 1`],
  );
  const [, waited] = /^http_server_request_duration_seconds_sum.* (\S+)$/m.exec(metrics) ?? [];
  assert.ok(Number(waited) >= 0.3 && Number(waited) < 5, waited);
  assert.equal((await service.stop()).code, 0);
});

test("bytes that are no HTTP get a problem", async () => {
  const service = await Service.start();
  const exchange = new Exchange(service.port);
  exchange.send("BREW /v1/orders HTTP/1.1\r\nhost: t\r\n\r\n");
  assert.equal(await exchange.status(), 400);
  assert.equal((await service.stop()).code, 0);
});
