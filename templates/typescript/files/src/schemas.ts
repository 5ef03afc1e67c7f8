/**
 * The shapes of openapi.yaml, as JSON schemas. A `description` is what a client reads about a
 * value that does not match: it completes "must be".
 */

const customer = {
  type: "string",
  pattern: "^[A-Za-z0-9-]{1,64}$",
  description: "1 to 64 letters, digits and dashes",
};

const items = {
  type: "array",
  minItems: 1,
  maxItems: 50,
  description: "1 to 50 items",
  items: {
    type: "object",
    description: "an item",
    additionalProperties: false,
    required: ["sku", "quantity"],
    properties: {
      sku: {
        type: "string",
        pattern: "^[A-Za-z0-9-]{1,32}$",
        description: "1 to 32 letters, digits and dashes",
      },
      quantity: { type: "integer", minimum: 1, maximum: 1000, description: "1 to 1000" },
    },
  },
};

/** What a customer asks for. */
export const newOrder = {
  type: "object",
  description: "an order",
  additionalProperties: false,
  required: ["customer", "items"],
  properties: { customer, items },
};

/** An order that was accepted. */
export const order = {
  type: "object",
  required: ["id", "customer", "items", "units"],
  properties: { id: { type: "string" }, customer, items, units: { type: "integer" } },
};

/** The path of one order. */
export const orderPath = {
  type: "object",
  required: ["id"],
  properties: {
    id: {
      type: "string",
      pattern: "^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$",
      description: "a UUID such as 6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10",
    },
  },
};
