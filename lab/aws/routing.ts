import type { IncomingHttpHeaders } from "node:http";
import { SERVICES } from "./services";

/** A request as it came in, its body read. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const S3 = "s3";

/**
 * The service a request is for: named in the credential scope of its signature
 * (`Credential=<key>/<date>/<region>/<service>/aws4_request`), or, unsigned, by the target header or the API's version.
 * What is none of these is S3, whose requests are plain HTTP.
 */
export function serviceOf(request: HttpRequest): string {
  return signedFor(request) ?? byTarget(request) ?? byVersion(request) ?? S3;
}

function signedFor({ headers, url }: HttpRequest): string | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ?? url.searchParams.get("X-Amz-Credential") ?? "";
  return credential.split("/")[3];
}

function byTarget({ headers }: HttpRequest): string | undefined {
  const prefix = headerText(headers, "x-amz-target")?.split(".")[0];
  return prefix === undefined ? undefined : named((service) => service.namespace === prefix);
}

function byVersion({ headers, body }: HttpRequest): string | undefined {
  if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return undefined;
  const version = new URLSearchParams(body.toString("utf8")).get("Version");
  return named((service) => service.version === version);
}

const named = (is: (service: (typeof SERVICES)[string]) => boolean): string | undefined =>
  Object.entries(SERVICES).find(([, service]) => is(service))?.[0];

export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
