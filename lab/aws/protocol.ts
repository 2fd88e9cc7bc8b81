import XMLBuilder from "fast-xml-builder";
import type { AwsError } from "../region/api";
import { parseQuery, type Params } from "./params";
import type { Answer, Protocol, Service } from "./service";

/** What goes back over HTTP. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function xml(status: number, document: object, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "text/xml", ...headers }, body: PROLOGUE + builder.build(document) };
}

interface Wire {
  readonly decode: (body: string) => Params;
  readonly encode: (service: Service, operation: string, answer: Answer, requestId: string) => Reply;
  readonly encodeError: (service: Service, error: AwsError, requestId: string) => Reply;
}

/** AWS Query: `<ActionResponse><ActionResult>…` with lists of `<member>`. */
const query: Wire = {
  decode: (body) => parseQuery(new URLSearchParams(body)),
  encode: (service, operation, answer, requestId) =>
    xml(200, {
      [`${operation}Response`]: {
        "@_xmlns": service.namespace,
        [`${operation}Result`]: shape(answer, service.protocol === "rds" ? undefined : "member"),
        ResponseMetadata: { RequestId: requestId },
      },
    }),
  encodeError: (service, error, requestId) =>
    xml(error.status, {
      ErrorResponse: {
        "@_xmlns": service.namespace,
        Error: { Type: error.status < 500 ? "Sender" : "Receiver", Code: error.code, Message: error.message },
        RequestId: requestId,
      },
    }),
};

/** EC2's own dialect: no result element, lists of `<item>`, names begin with a small letter. */
const ec2: Wire = {
  decode: query.decode,
  encode: (service, operation, answer, requestId) =>
    xml(200, { [`${operation}Response`]: { "@_xmlns": service.namespace, requestId, ...shaped(answer, "item") } }),
  encodeError: (_service, error, requestId) =>
    xml(error.status, {
      Response: { Errors: { Error: { Code: error.code, Message: error.message } }, RequestID: requestId },
    }),
};

/** AWS JSON 1.1: the operation stands in a header, times are seconds. */
const json: Wire = {
  decode: (body) => (body === "" ? {} : (JSON.parse(body) as Params)),
  encode: (_service, _operation, answer) => jsonReply(200, answer),
  encodeError: (_service, error) => ({
    ...jsonReply(error.status, { __type: error.code, message: error.message, Message: error.message }),
  }),
};

export const wires: Readonly<Record<Protocol, Wire>> = { query, rds: query, ec2, json };

function jsonReply(status: number, value: object): Reply {
  const body = JSON.stringify(seconds(value));
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body };
}

function seconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(seconds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, seconds(below)]));
}

const shaped = (answer: Answer, element: string | undefined): object => shape(answer, element) as object;

/** Wraps lists in their element's name and writes times; without an element the list repeats its own name, as RDS spells it. */
function shape(value: unknown, element: string | undefined): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map((item) => shape(item, element));
    return element === undefined ? items : { [element]: items };
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, below]) => below !== undefined)
      .map(([key, below]) => [key, shape(below, element)]),
  );
}
