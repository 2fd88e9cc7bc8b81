import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createSecureContext, rootCertificates } from "node:tls";
import { RepaveError } from "../../domain/errors";
import { traced } from "../machine/trace";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  /** Its end, where it is longer than `LONGEST`. */
  readonly body: string;
}

/** Real milliseconds: a connection knows no other clock. */
const TIMEOUT_MS = 20_000;
/** Codes of a certificate that waiting does not make a better one (Node.js documentation, TLS, X509 certificate error codes). */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA/;

const LONGEST = 4 * 1024 * 1024;

/** Sends requests over TLS, trusting the authorities of this machine and those of the PEM file. */
export function httpsClient(caFile: string | undefined): {
  send(asked: HttpRequest): Promise<HttpAnswer>;
  close(): void;
} {
  let agent: Agent | undefined;
  return {
    send: (asked) => {
      agent ??= agentOf(caFile);
      return exchange(asked, agent);
    },
    close: () => agent?.destroy(),
  };
}

function agentOf(caFile: string | undefined): Agent {
  if (caFile === undefined) return new Agent({ keepAlive: false });
  try {
    const secureContext = createSecureContext({ ca: [...rootCertificates, readFileSync(caFile, "utf8")] });
    return new Agent({ keepAlive: false, secureContext });
  } catch (cause) {
    throw new RepaveError("STACK_CONFIG_INVALID", `caFile ${caFile} cannot be read`, { cause });
  }
}

/** The path of a signed address is a secret: it is not traced. */
const shown = (url: string): string => {
  const { pathname, host } = new URL(url);
  return pathname.startsWith("/api/") ? pathname : `an object of ${host}`;
};

const exchange = (asked: HttpRequest, agent: Agent): Promise<HttpAnswer> =>
  traced(
    () => `tfe ${asked.method} ${shown(asked.url)}`,
    () => sent(asked, agent),
    ({ status }) => String(status),
  );

function sent({ method, url, headers = {}, body }: HttpRequest, agent: Agent): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const unavailable = (why: string): void =>
      reject(new RepaveError("TFE_API_UNAVAILABLE", `${method} ${shown(url)}: ${why}`));
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const outgoing = request(url, { method, agent, headers: { ...headers, ...length } }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        while (size > LONGEST && chunks.length > 1) size -= chunks.shift()?.length ?? 0;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
      answer.on("error", () => unavailable("the answer was cut off"));
    });
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error("no answer in 20 s")));
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (!UNTRUSTED.test(error.code ?? "")) unavailable(error.message);
      else
        reject(
          new RepaveError(
            "TFE_API_REFUSED",
            `${method} ${shown(url)}: this machine does not trust the certificate (${error.message}): set tfe:caFile`,
          ),
        );
    });
    outgoing.end(body);
  });
}
