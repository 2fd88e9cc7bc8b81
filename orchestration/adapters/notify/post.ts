import { Undeliverable } from "./channel";

/** A web address to which notices may go: https, or http on this machine. Throws `Undeliverable`, which does not show it. */
export function webAddress(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const isLocal = url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)) return url;
  throw new Undeliverable("its address is not an https:// URL", true);
}

/** Posts JSON and follows no redirect: the body is for this address alone. Throws `Undeliverable`. */
export async function postJson(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  let response: Response;
  try {
    const method = "POST";
    const all = { "content-type": "application/json", "user-agent": "tfe-repave", ...headers };
    response = await fetch(url, { method, body, headers: all, redirect: "manual", signal });
  } catch (thrown) {
    signal.throwIfAborted();
    throw new Undeliverable(`it cannot be reached (${causeOf(thrown)})`, false);
  }
  await response.body?.cancel();
  if (response.ok) return;
  const { status } = response;
  throw new Undeliverable(`it answered ${status}`, status < 500 && status !== 408 && status !== 429);
}

/** `ECONNREFUSED`, not the message: that may hold the address. */
function causeOf(thrown: unknown): string {
  const { cause } = thrown as { readonly cause?: { readonly code?: string } };
  return cause?.code ?? "no connection";
}
