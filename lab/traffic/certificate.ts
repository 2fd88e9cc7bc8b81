import { X509Certificate } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/** The load balancer's certificate, which is its own authority. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** PEM file to trust. */
  readonly caFile: string;
}

const DAY = 86_400_000;
const LIFETIME_DAYS = 365;

/** The certificate kept in `<dir>/tls`, for localhost and 127.0.0.1; a new one where there is none or it is about to end. */
export async function ensureCertificate(dir: string): Promise<Certificate> {
  const folder = join(dir, "tls");
  const [keyFile, caFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const kept = await Promise.all([readFile(keyFile, "utf8"), readFile(caFile, "utf8")]).catch(() => undefined);
  if (kept && lasts(kept[1])) return { key: kept[0], cert: kept[1], caFile };
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    notAfterDate: new Date(Date.now() + LIFETIME_DAYS * DAY),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  await mkdir(folder, { recursive: true });
  await writeFile(keyFile, made.private, { mode: 0o600 });
  await writeFile(caFile, made.cert);
  return { key: made.private, cert: made.cert, caFile };
}

function lasts(pem: string): boolean {
  try {
    return Date.parse(new X509Certificate(pem).validTo) > Date.now() + DAY;
  } catch {
    return false;
  }
}
