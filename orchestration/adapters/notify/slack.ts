import type { Notice } from "../../domain/notice";
import type { Channel } from "./channel";
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

const slackText = ({ title, lines }: Notice): string => [`*${escaped(title)}*`, ...lines.map(escaped)].join("\n");

/** The three characters that Slack takes for its own. */
const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
