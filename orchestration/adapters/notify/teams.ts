import type { Notice } from "../../domain/notice";
import { oneLine } from "../../domain/text/printable";
import type { Channel } from "./channel";
import { literal } from "./literal";
import { postJson, webAddress } from "./post";

/**
 * A webhook of a Teams workflow ("Post to a channel when a webhook request is received"), which takes an adaptive card. Its URL is a
 * secret. https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export function teamsChannel({ url }: { readonly url: () => Promise<string> }): Channel {
  return {
    name: "teams",
    async send({ notice }, signal) {
      await postJson(webAddress(await url()), JSON.stringify(message(notice)), {}, signal);
    },
  };
}

const BAD: readonly Notice["kind"][] = ["halted", "failed", "blocked", "gave-up", "interrupted"];
const GOOD: readonly Notice["kind"][] = ["done", "first-node-healthy"];

/** Text blocks know a part of Markdown, so what others said is shown to the letter. */
function message({ kind, title, lines }: Notice): object {
  const block = (text: string, more: object = {}): object => ({
    type: "TextBlock",
    text: literal(oneLine(text)),
    wrap: true,
    ...more,
  });
  const color = BAD.includes(kind) ? "Attention" : GOOD.includes(kind) ? "Good" : "Default";
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [block(title, { weight: "Bolder", size: "Medium", color }), ...lines.map((line) => block(line))],
        },
      },
    ],
  };
}
