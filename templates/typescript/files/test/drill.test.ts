import assert from "node:assert/strict";
import { test } from "node:test";

import { Faults } from "../drill/faults.ts";
import { ORDER, problem, Service } from "./service.ts";

test("a drill makes requests fail and stops when told", async () => {
  const service = new Service({ CONCURRENCY_LIMIT: "4" }, new Faults());
  const drill = (fault: object) => service.post("/drill/faults", fault);
  const place = async () => (await service.post("/v1/orders", ORDER)).statusCode;

  const answer = await drill({ error_ratio: 0.5 });
  assert.deepEqual(answer.json(), { error_ratio: 0.5, latency_ms: 0, occupied: 0 });
  assert.deepEqual(
    [await place(), await place(), await place(), await place()],
    [201, 500, 201, 500],
  );

  await drill({ occupied: 4 });
  assert.equal(await place(), 503);
  problem(await drill({ occupied: 5 }), 409);
  assert.equal(await place(), 201);

  await drill({ latency_ms: 100 });
  const started = performance.now();
  await place();
  assert.ok(performance.now() - started >= 90);

  await drill({});
  assert.deepEqual([await place(), await place()], [201, 201]);
  problem(await drill({ latency: 100 }), 422);
});

test("a service without a drill has no switch", async () => {
  problem(await new Service().post("/drill/faults", {}), 404);
});
