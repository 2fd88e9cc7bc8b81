import type { IncomingHttpHeaders } from "node:http";

/** Whether a body is in S3's own chunked encoding, as clients send streams (`aws-chunked`). */
export const isChunked = (headers: IncomingHttpHeaders): boolean =>
  headers["content-encoding"]?.includes("aws-chunked") ?? headers["x-amz-decoded-content-length"] !== undefined;

/** Joins the chunks: `<hex length>[;chunk-signature=…]\r\n<bytes>\r\n`, ended by a chunk of length 0 and trailers. */
export function decodeChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = lineEnd < 0 ? 0 : parseInt(body.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    const start = lineEnd + 2;
    parts.push(body.subarray(start, start + size));
    at = start + size + 2;
  }
}
