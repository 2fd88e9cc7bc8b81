import { awsError } from "../aws/errors";
import { snsTopic, type TopicOptions } from "../aws/topic";
import { oneLine } from "../../domain/text/printable";
import { type Channel, Undeliverable } from "./channel";
import { unlinked } from "./literal";

/** Subjects are ASCII of less than 100 characters (SNS API reference, Publish). */
const subject = (title: string): string =>
  title
    .replace("→", "->")
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, 99);

/** A topic of SNS. Subscriptions can be filtered by the attributes `kind` and `stack`. */
export function snsChannel(options: TopicOptions): Required<Channel> {
  const topic = snsTopic(options);
  return {
    name: "sns",
    close: () => topic.close(),
    async send({ notice: { kind, stack, title, lines } }, signal) {
      // A mail program would make links of addresses.
      const text = [title, "", ...lines].map((line) => unlinked(oneLine(line))).join("\n");
      try {
        await topic.publish({ subject: subject(unlinked(title)), text, attributes: { kind, stack } }, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const { code, detail } = awsError("Publish", thrown);
        throw new Undeliverable(detail, code === "AWS_REFUSED");
      }
    },
  };
}
