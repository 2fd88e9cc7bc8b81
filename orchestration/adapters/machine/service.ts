import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { rootCertificates, TLSSocket } from "node:tls";
import { RepaveError } from "../../domain/errors";
import type { ServiceAnswer, ServiceSight } from "../../ports/diagnosis";

interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: string } };
}

/** OpenSSL's names for a certificate that no authority vouches for. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_(UNTRUSTED|REJECTED|SIGNATURE_FAILURE)|INVALID_CA/;

/**
 * The service through its load balancer. `caFile`: a PEM file to trust besides the usual authorities. Throws `STACK_CONFIG_INVALID`
 * if it cannot be read.
 */
export function serviceSight(caFile: () => string | undefined): ServiceSight {
  return {
    async ask(url, signal) {
      const { hostname } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, "");
      const found = await lookup(host, { all: true }).catch((thrown: unknown) => thrown as Failure);
      if (!Array.isArray(found)) return { kind: "no-address", detail: found.code ?? found.message };
      const addresses = found.map(({ address }) => address);
      return get(url, addresses, authorities(caFile()), signal).catch((thrown: unknown) => because(thrown as Failure));
    },
  };
}

function authorities(file: string | undefined): string[] | undefined {
  if (file === undefined) return undefined;
  try {
    return [...rootCertificates, readFileSync(file, "utf8")];
  } catch (cause) {
    throw new RepaveError("STACK_CONFIG_INVALID", `caFile ${file} cannot be read`, { cause });
  }
}

function get(
  url: string,
  addresses: readonly string[],
  ca: string[] | undefined,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    request(url, { agent: false, signal, ...(ca === undefined ? {} : { ca }) }, (response) => {
      const { socket } = response;
      const ends = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : NaN;
      response.resume();
      response.on("error", () => undefined);
      resolve({
        kind: "answered",
        status: response.statusCode ?? 0,
        addresses,
        ms: performance.now() - began,
        certificateEndsAt: Number.isNaN(ends) ? undefined : ends,
      });
    })
      .on("error", reject)
      .end();
  });
}

function because({ code = "", message, cert }: Failure): ServiceAnswer {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = (cert?.subjectaltname ?? cert?.subject?.CN ?? "no name").replace(/(DNS|IP Address):/g, "");
    return { kind: "wrong-name", names };
  }
  if (code === "CERT_HAS_EXPIRED") return { kind: "expired", detail: code };
  return UNTRUSTED.test(code)
    ? { kind: "untrusted", detail: code }
    : { kind: "no-connection", detail: code === "" ? message : code };
}
