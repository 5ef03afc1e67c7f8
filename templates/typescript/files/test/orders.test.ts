import assert from "node:assert/strict";
import { test } from "node:test";

import { Orders } from "../src/orders.ts";

const WANTED = { customer: "c-1", items: [{ sku: "TEA-1", quantity: 1 }] };

test("an order knows its units", () => {
  const items = [
    { sku: "TEA-1", quantity: 2 },
    { sku: "MUG-7", quantity: 3 },
  ];
  assert.equal(new Orders().place({ customer: "c-1", items }).units, 5);
});

test("an order is found by its id, however that is written", () => {
  const orders = new Orders();
  const order = orders.place(WANTED);
  assert.equal(orders.find(order.id.toUpperCase()), order);
});

test("the oldest order goes when the store is full", () => {
  const orders = new Orders();
  const first = orders.place(WANTED);
  const second = orders.place(WANTED);
  for (let count = 2; count < 10_000; count += 1) orders.place(WANTED);
  assert.equal(orders.find(first.id), first);

  const last = orders.place(WANTED);
  assert.equal(orders.find(first.id), undefined);
  assert.equal(orders.find(second.id), second);
  assert.equal(orders.find(last.id), last);
});
