import type { z } from "zod";
import { RepaveError } from "../../domain/errors";
import { quoted } from "../../domain/proof/explain";
import { ERRORS } from "./schemas";
import { type HttpAnswer, httpsClient } from "./http";

export interface ApiOptions {
  /** `https://host[:port]` of the application's load balancer. */
  readonly origin: string;
  /** PEM file to trust besides the usual authorities. */
  readonly caFile: string | undefined;
  /** Reads the token. It is kept in memory, and goes into one header. */
  readonly token: () => Promise<string>;
}

/** The application's API, in documents of JSON:API that are checked on their way in. */
export interface Api {
  get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>>;
  /** Without a schema: what comes back is of no interest. */
  post<T extends z.ZodType>(path: string, body: object | undefined, schema: T): Promise<z.infer<T>>;
  act(path: string): Promise<void>;
  /** An object at a signed address, which takes no token. */
  read(url: string): Promise<string>;
  write(url: string, content: Buffer): Promise<void>;
  close(): void;
}

const JSON_API = "application/vnd.api+json";

/** Statuses with which the same request may succeed later: the rate limit, and what stands in front of services that come up. */
const PASSING: readonly number[] = [429, 500, 502, 503, 504];

export function tfeApi({ origin, caFile, token }: ApiOptions): Api {
  const http = httpsClient(caFile);
  let known: string | undefined;

  async function ask(method: "GET" | "POST", path: string, body?: object): Promise<string> {
    known ??= await token();
    const headers = { authorization: `Bearer ${known}`, "content-type": JSON_API, accept: JSON_API };
    const answer = await http.send({
      method,
      url: `${origin}/api/v2/${path}`,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A token that was renewed meanwhile is read again.
    if (answer.status === 401) known = undefined;
    return accepted(`${method} /api/v2/${path.replace(/\?.*/, "")}`, answer);
  }

  return {
    get: async (path, schema) => parsed(path, await ask("GET", path), schema),
    post: async (path, body, schema) => parsed(path, await ask("POST", path, body), schema),
    async act(path) {
      await ask("POST", path);
    },
    read: async (url) => accepted("reading a log", await http.send({ method: "GET", url: signed(url) })),
    async write(url, body) {
      const headers = { "content-type": "application/octet-stream" };
      accepted("uploading a configuration", await http.send({ method: "PUT", url: signed(url), headers, body }));
    },
    close: () => http.close(),
  };
}

/** An address that the application hands out; it must be one that the connection can be trusted with. */
function signed(url: string): string {
  if (URL.canParse(url) && new URL(url).protocol === "https:") return url;
  throw new RepaveError("TFE_API_REFUSED", "the application named an address that is not one of https");
}

function accepted(what: string, { status, body }: HttpAnswer): string {
  if (status >= 200 && status < 300) return body;
  const said = [`${what}: ${status}`, status === 401 ? "the token was rejected" : saidIn(body)].filter(Boolean);
  throw new RepaveError(PASSING.includes(status) ? "TFE_API_UNAVAILABLE" : "TFE_API_REFUSED", said.join(", "));
}

function saidIn(body: string): string {
  const read = ERRORS.safeParse(json(body));
  if (!read.success) return "";
  const words = read.data.errors.map((error) =>
    typeof error === "string" ? error : [error.title, error.detail].filter(Boolean).join(": "),
  );
  return quoted(words.join("; "));
}

function parsed<T extends z.ZodType>(path: string, body: string, schema: T): z.infer<T> {
  const read = schema.safeParse(json(body));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const flaw = issue === undefined ? "" : `: ${issue.path.join(".")}: ${issue.message}`;
  throw new RepaveError("TFE_API_REFUSED", `/api/v2/${path.replace(/\?.*/, "")}: unexpected output${flaw}`);
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
