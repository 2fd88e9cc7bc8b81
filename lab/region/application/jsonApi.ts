import type { ApiReply, ApiRequest } from "../api";

/** Documents of JSON:API (https://jsonapi.org), as the application writes and reads them. */

const HEADERS = { "content-type": "application/vnd.api+json; charset=utf-8" };

/** An answer other than the one that was asked for. */
export class Refusal extends Error {
  readonly reply: ApiReply;
  constructor(status: number, title: string, detail?: string) {
    super(title);
    this.reply = error(status, title, detail);
  }
}

export const error = (status: number, title: string, detail?: string): ApiReply => ({
  status,
  headers: HEADERS,
  body: JSON.stringify({
    errors: [{ status: String(status), title, ...(detail === undefined ? {} : { detail }) }],
  }),
});

export const ofOne = (data: object, status = 200): ApiReply => ({
  status,
  headers: HEADERS,
  body: JSON.stringify({ data }),
});

/** 20 a page unless asked otherwise, 100 at most. */
export function ofList(all: readonly object[], query: URLSearchParams, pathname: string): ApiReply {
  const size = Math.min(100, Math.max(1, Number(query.get("page[size]") ?? 20) || 20));
  const number = Math.max(1, Number(query.get("page[number]") ?? 1) || 1);
  const pages = Math.max(1, Math.ceil(all.length / size));
  const link = (page: number): string => `${pathname}?page%5Bnumber%5D=${page}&page%5Bsize%5D=${size}`;
  const [before, after] = [number > 1 ? number - 1 : null, number < pages ? number + 1 : null];
  return {
    status: 200,
    headers: HEADERS,
    body: JSON.stringify({
      data: all.slice((number - 1) * size, number * size),
      links: {
        self: link(number),
        first: link(1),
        prev: before === null ? null : link(before),
        next: after === null ? null : link(after),
        last: link(pages),
      },
      meta: {
        pagination: {
          "current-page": number,
          "page-size": size,
          "prev-page": before,
          "next-page": after,
          "total-pages": pages,
          "total-count": all.length,
        },
      },
    }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The resource that a request creates. 400: it is not JSON; 422: it is not of this type. */
export function read(
  request: ApiRequest,
  type: string,
): { readonly attributes: Fields; readonly relationships: Fields } {
  const data = fields(fields(json(request.body)["data"]));
  if (data["type"] !== type) throw new Refusal(422, "invalid attribute", `type must be ${type}`);
  return { attributes: fields(data["attributes"]), relationships: fields(data["relationships"]) };
}

export function relatedId(relationships: Fields, name: string): string | undefined {
  const id = fields(fields(relationships[name])["data"])["id"];
  return typeof id === "string" ? id : undefined;
}

function json(body: Buffer): Fields {
  try {
    return fields(JSON.parse(body.toString("utf8")));
  } catch {
    throw new Refusal(400, "JSON body is invalid");
  }
}
