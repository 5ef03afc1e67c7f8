/**
 * The domain: what an order is, and where orders are kept.
 *
 * The store is memory, bounded, and gone with the process. A database takes the place of
 * {@link Orders}; its reachability then belongs into `/readyz`.
 */

import { randomUUID } from "node:crypto";

/** How many orders are kept; the oldest go first. */
const CAPACITY = 10_000;

/** One article of an order. */
export interface Item {
  /** The article's number. */
  readonly sku: string;
  /** How many of it. */
  readonly quantity: number;
}

/** What a customer asks for. */
export interface NewOrder {
  /** Who orders. */
  readonly customer: string;
  /** What is ordered; never empty. */
  readonly items: readonly Item[];
}

/** An order that was accepted. */
export interface Order extends NewOrder {
  /** Its name: a UUID. */
  readonly id: string;
  /** The sum of the quantities. */
  readonly units: number;
}

/** The orders of one process. */
export class Orders {
  // A Map keeps the order of insertion, so its first key is that of the oldest.
  readonly #kept = new Map<string, Order>();

  /** Accepts an order and keeps it; the oldest one goes where there is no more room. */
  place({ customer, items }: NewOrder): Order {
    const units = items.reduce((sum, item) => sum + item.quantity, 0);
    const order = { id: randomUUID(), customer, items, units };
    if (this.#kept.size === CAPACITY) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    this.#kept.set(order.id, order);
    return order;
  }

  /** The order of this name, if it is still kept. */
  find(id: string): Order | undefined {
    return this.#kept.get(id.toLowerCase());
  }
}
