import type { Notice } from "../../domain/notice";
import { oneLine } from "../../domain/text/printable";
import type { Channel } from "./channel";
import { literal } from "./literal";
import { postJson, webAddress } from "./post";

/** An incoming webhook as Slack has it, and Mattermost, Rocket.Chat and Discord (`/slack`) too. Its URL is a secret. */
export function slackChannel({ url }: { readonly url: () => Promise<string> }): Channel {
  return {
    name: "slack",
    async send({ notice }, signal) {
      await postJson(webAddress(await url()), JSON.stringify({ text: slackText(notice) }), {}, signal);
    },
  };
}

const slackText = ({ title, lines }: Notice): string =>
  [`*${literal(oneLine(title))}*`, ...lines.map((line) => literal(oneLine(line)))].join("\n");
