/** The form of every error: problem details, RFC 9457. */

import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { FastifySchemaValidationError } from "fastify/types/schema.js";

/** A field of a body that breaks a rule. */
interface FieldError {
  /** Where, as a JSON pointer. */
  readonly field: string;
  /** What it must be. */
  readonly rule: string;
}

/** How many of them an answer names: a body of 64 kB can break thousands of rules. */
const MOST_ERRORS = 50;

/** An error as a client sees it: throw it anywhere in a handler or hook. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor(
    statusCode: number,
    detail: string,
    more: { headers?: Record<string, string>; errors?: FieldError[] } = {},
  ) {
    super(detail);
    this.statusCode = statusCode;
    this.headers = more.headers ?? {};
    this.errors = more.errors;
  }

  toJSON(): object {
    const { statusCode: status, message: detail, errors } = this;
    return { title: STATUS_CODES[status] ?? "Error", status, detail, errors };
  }
}

/** What becomes of whatever was thrown. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof Problem) return answer(error, reply);
  // What Fastify itself refuses, such as a body that is too large, is the client's to know.
  const { statusCode = 500, message } = error;
  if (statusCode < 500) return answer(new Problem(statusCode, message), reply);
  request.log.error({ err: error }, `exception: ${message}`);
  return answer(new Problem(500, "the service failed"), reply);
}

/** Sends a problem. */
export function answer(problem: Problem, reply: FastifyReply) {
  return (
    reply
      .code(problem.statusCode)
      .headers(problem.headers)
      .type("application/problem+json")
      // An Error would be taken for another failure, and a type without serializer gets a charset.
      .serializer(JSON.stringify)
      .send(problem.toJSON())
  );
}

/** What becomes of a request that breaks the schema of its route. */
export function schemaError(errors: FastifySchemaValidationError[], part: string): Problem {
  const broken = errors.slice(0, MOST_ERRORS).map(fieldError);
  if (part === "body") return new Problem(422, "the body breaks a rule", { errors: broken });
  return new Problem(400, broken.map(({ field, rule }) => `${field} must be ${rule}`).join("; "));
}

function fieldError(error: FastifySchemaValidationError & { parentSchema?: unknown }): FieldError {
  const { keyword, instancePath, params } = error;
  switch (keyword) {
    case "required":
      return { field: `${instancePath}/${params.missingProperty}`, rule: "there" };
    case "additionalProperties":
      return {
        field: `${instancePath}/${escaped(params.additionalProperty)}`,
        rule: "left out",
      };
    default:
      return {
        field: instancePath,
        rule: (error.parentSchema as { description: string }).description,
      };
  }
}

/** A name as a step of a JSON pointer, RFC 6901. */
function escaped(name: unknown): string {
  return String(name).replaceAll("~", "~0").replaceAll("/", "~1");
}

const CLIENT_ERRORS = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
  ["HPE_HEADER_OVERFLOW", 431],
]);

/** What becomes of bytes that are no HTTP, or come too slowly. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERRORS.get(error.code ?? "") ?? 400;
  const body = JSON.stringify(
    new Problem(status, "this is no request that the service understands"),
  );
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/problem+json",
    `content-length: ${body.length}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
