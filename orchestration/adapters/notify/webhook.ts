import { createHmac } from "node:crypto";
import type { Channel } from "./channel";
import { postJson, webAddress } from "./post";

export interface WebhookOptions {
  readonly url: string;
  readonly key: () => Promise<string>;
  /** Milliseconds since the epoch, real time: receivers compare it with theirs. */
  readonly now: () => number;
}

/** The notice as JSON, signed as the Standard Webhooks specification says (https://www.standardwebhooks.com). */
export function webhookChannel({ url, key, now }: WebhookOptions): Channel {
  return {
    name: "webhook",
    async send({ id, notice }, signal) {
      const body = JSON.stringify(notice);
      const timestamp = String(Math.floor(now() / 1000));
      const headers = {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${sign(await key(), id, timestamp, body)}`,
      };
      await postJson(webAddress(url), body, headers, signal);
    },
  };
}

/** HMAC-SHA256 over `<id>.<timestamp>.<body>`, base64. A key that begins with `whsec_` is base64 after it. */
export function sign(key: string, id: string, timestamp: string, body: string): string {
  const bytes = key.startsWith("whsec_") ? Buffer.from(key.slice("whsec_".length), "base64") : Buffer.from(key);
  return createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`).digest("base64");
}
