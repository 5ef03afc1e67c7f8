import assert from "node:assert/strict";
import { test } from "node:test";

import { ORDER, problem, Service, UNKNOWN } from "./service.ts";

test("an order that was placed can be read", async () => {
  const service = new Service();
  const placed = await service.post("/v1/orders", ORDER);
  assert.equal(placed.statusCode, 201);
  assert.equal(placed.json().units, 2);

  const read = await service.get(String(placed.headers.location));
  assert.equal(read.statusCode, 200);
  assert.equal(read.headers["content-type"], "application/json");
  assert.deepEqual(read.json(), placed.json());
});

test("every error is a problem document", async () => {
  const service = new Service({ BODY_LIMIT_BYTES: "100" });
  problem(await service.get("/v1/orders/17"), 400);
  problem(await service.get(`/v1/orders/${"7".repeat(5000)}`), 400);
  problem(await service.get("/v1/orders/%zz"), 400);
  problem(await service.get(`/v1/orders/${UNKNOWN}`), 404);
  problem(await service.get("/v1/orders/"), 404);
  problem(await service.get("/v1/nothing"), 404);
  problem(await service.post("/v1/orders", "{"), 400);
  problem(await service.post("/v1/orders", ""), 400);
  problem(await service.post("/v1/orders", "x".repeat(101)), 413);
});

test("every field that breaks a rule is named with its place", async () => {
  const service = new Service();
  const fields = async (body: string | object) => {
    const { errors } = problem(await service.post("/v1/orders", body), 422);
    return errors.map(({ field, rule }: { field: string; rule: string }) => `${field}: ${rule}`);
  };
  assert.deepEqual(
    await fields({ customer: "", items: [{ sku: "TEA-1", quantity: 0 }, { sku: "a b" }] }),
    [
      "/customer: 1 to 64 letters, digits and dashes",
      "/items/0/quantity: 1 to 1000",
      "/items/1/quantity: there",
      "/items/1/sku: 1 to 32 letters, digits and dashes",
    ],
  );
  assert.deepEqual(await fields({ customer: "c-1" }), ["/items: there"]);
  assert.deepEqual(await fields({ customer: "c-1", items: [] }), ["/items: 1 to 50 items"]);
  assert.deepEqual(await fields({ ...ORDER, "a/b": 1 }), ["/a~1b: left out"]);
  assert.deepEqual(await fields("null"), [": an order"]);
  for (const quantity of [2.5, -1, "2", null]) {
    assert.deepEqual(await fields({ ...ORDER, items: [{ sku: "TEA-1", quantity }] }), [
      "/items/0/quantity: 1 to 1000",
    ]);
  }
});

test("an answer names 50 errors at most, and the number of items before those in them", async () => {
  const { errors } = problem(
    await new Service().post("/v1/orders", { customer: "c-1", items: Array(5000).fill(1) }),
    422,
  );
  assert.equal(errors.length, 50);
  assert.deepEqual(errors[0], { field: "/items", rule: "1 to 50 items" });
});

test("a quantity is a whole number however it is written", async () => {
  const body = '{"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": 2.0}]}';
  assert.equal((await new Service().post("/v1/orders", body)).statusCode, 201);
});

test("a wrong method is told the right ones, whatever its body", async () => {
  const service = new Service();
  for (const [method, path, allowed] of [
    ["DELETE", "/v1/orders", "POST"],
    ["PURGE", "/v1/orders", "POST"],
    ["PUT", "/v1/orders/17", "GET,HEAD"],
    ["POST", "/livez", "GET,HEAD"],
  ] as const) {
    const answer = await service.ask(method, path, "x", { "content-type": "text/plain" });
    problem(answer, 405);
    assert.equal(answer.headers.allow, allowed);
  }
});

test("a body that is not JSON is refused", async () => {
  const service = new Service();
  const placed = (headers: Record<string, string>) =>
    service.ask("POST", "/v1/orders", JSON.stringify(ORDER), headers);
  problem(await placed({}), 415);
  for (const type of ["text/plain", "application/vnd.orders+json"]) {
    problem(await placed({ "content-type": type }), 415);
  }
  const charset = { "content-type": "Application/JSON; charset=utf-8" };
  assert.equal((await placed(charset)).statusCode, 201);
  problem(await service.ask("POST", "/v1/orders", undefined, {}), 415);
});

test("health says alive and ready until readiness is withdrawn", async () => {
  const service = new Service();
  for (const path of ["/livez", "/healthz", "/readyz"]) {
    const { statusCode, body } = await service.get(path);
    assert.deepEqual([path, statusCode, body], [path, 204, ""]);
  }

  service.app.phase = "stopping";
  problem(await service.get("/readyz"), 503);
  assert.equal((await service.get("/livez")).statusCode, 204);
  assert.equal((await service.post("/v1/orders", ORDER)).statusCode, 201);
});

test("every answer closes its connection once readiness is withdrawn", async () => {
  const service = new Service();
  const closed = async () => {
    const asked = [service.get("/livez"), service.get("/x"), service.post("/v1/orders", ORDER)];
    return (await Promise.all(asked)).map(({ headers }) => headers.connection === "close");
  };
  assert.deepEqual(await closed(), [false, false, false]);
  service.app.phase = "stopping";
  assert.deepEqual(await closed(), [true, true, true]);
});

test("a request is counted by method, template and status", async () => {
  const service = new Service();
  const placed = await service.post("/v1/orders", ORDER);
  await service.get(String(placed.headers.location));
  await service.get(`/v1/orders/${UNKNOWN}`);
  await service.get("/v1/orders/17");

  const one = 'http_route="/v1/orders/{id}"';
  assert.deepEqual(
    await service.series(),
    new Set([
      '{http_request_method="POST",http_route="/v1/orders",http_response_status_code="201"}',
      `{http_request_method="GET",${one},http_response_status_code="200"}`,
      `{http_request_method="GET",${one},http_response_status_code="404"}`,
      `{http_request_method="GET",${one},http_response_status_code="400"}`,
    ]),
  );
});

test("paths and methods that clients invent are one series each", async () => {
  const service = new Service();
  for (let number = 0; number < 20; number += 1) {
    await service.get(`/wp-admin/${number}`);
    await service.get(`/wp-admin/%zz${number}`);
  }
  for (const method of ["LINK", "PROPFIND", "PURGE"]) await service.ask(method, "/v1/orders");
  assert.deepEqual(
    await service.series(),
    new Set([
      '{http_request_method="GET",http_route="unmatched",http_response_status_code="404"}',
      '{http_request_method="GET",http_route="unmatched",http_response_status_code="400"}',
      '{http_request_method="_OTHER",http_route="/v1/orders",http_response_status_code="405"}',
    ]),
  );
});

test("health and metrics are not counted", async () => {
  const service = new Service();
  for (const path of ["/livez", "/healthz", "/readyz", "/metrics"]) await service.get(path);
  assert.deepEqual(await service.series(), new Set());
});

test("the duration histogram has the boundaries of the semantic conventions", async () => {
  const service = new Service();
  await service.get("/v1/orders/17");
  const { body } = await service.get("/metrics");
  const buckets = body.matchAll(/^http_server_request_duration_seconds_bucket\{le="([^"]+)"/gm);
  assert.equal(
    [...buckets].map(([, bound]) => bound).join(" "),
    "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10 +Inf",
  );
});

test("the process reports itself", async () => {
  const service = new Service({ SERVICE_VERSION: "1.2.3", CONCURRENCY_LIMIT: "7" });
  const { headers, body } = await service.get("/metrics");
  assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  const lines = body.split("\n");
  for (const line of [
    'build_info{version="1.2.3"} 1',
    "http_server_active_requests 0",
    "http_server_active_requests_limit 7",
    "# TYPE process_cpu_seconds_total counter",
    "# TYPE process_resident_memory_bytes gauge",
    "# TYPE process_start_time_seconds gauge",
  ]) {
    assert.ok(lines.includes(line), `${line} in ${body}`);
  }
});

test("only counters are named like counters", async () => {
  const { body } = await new Service().get("/metrics");
  for (const [, name, type] of body.matchAll(/^# TYPE (\S+_total) (\S+)$/gm)) {
    assert.equal(type, "counter", name);
  }
});

test("a full service turns requests away and stays observable", async () => {
  const service = new Service({ CONCURRENCY_LIMIT: "1" });
  const release = service.app.slots.take();

  const answer = await service.post("/v1/orders", ORDER);
  problem(answer, 503);
  assert.equal(answer.headers["retry-after"], "1");
  assert.equal((await service.get("/readyz")).statusCode, 204);
  assert.match((await service.get("/metrics")).body, /^http_server_active_requests 1$/m);
  const turnedAway =
    '{http_request_method="POST",http_route="/v1/orders",http_response_status_code="503"}';
  assert.ok((await service.series()).has(turnedAway));

  release?.();
  assert.equal((await service.post("/v1/orders", ORDER)).statusCode, 201);
  assert.equal(service.app.slots.taken, 0);
});

test("an exception is a failure that tells nothing", async () => {
  const service = new Service(
    {},
    {
      addRoutes: () => {},
      onRequest: () => {
        throw new Error("the password is hunter2");
      },
    },
  );
  const { detail } = problem(await service.get("/v1/orders/17"), 500);
  assert.equal(detail, "the service failed");
});
