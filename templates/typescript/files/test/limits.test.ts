import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { fastify } from "fastify";

import { time } from "../src/limits.ts";
import { answerError } from "../src/problem.ts";
import { Slots } from "../src/slots.ts";

test("what takes too long is given up, also when its body was read", async (t) => {
  const http = fastify();
  t.after(() => http.close());
  http.setErrorHandler(answerError);
  http.addHook("onRequest", time(50));
  http.post("/slow", () => sleep(300, { late: true }));
  const url = await http.listen({ port: 0 });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/slow`, { method: "POST", headers, body: "{}" });
  assert.equal(answer.status, 504);
});

test("slots are taken together or not at all, and given back once", () => {
  const slots = new Slots(3);
  const release = slots.take(2);
  assert.equal(slots.take(2), undefined);
  assert.equal(slots.taken, 2);
  release?.();
  release?.();
  assert.equal(slots.taken, 0);
});
