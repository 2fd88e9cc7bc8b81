import { AwsError } from "../../region/api";
import { DEFAULTS } from "../../region/defaults";
import { witnessText } from "../../region/secretsWitness";
import { required, structure, structures, text, type Params } from "../params";
import type { Operation, Service } from "../service";

/** What was published last is kept, for a person to look at. */
const KEPT = 200;
const LIMIT = 262_144;

const Publish: Operation = ({ state }, params) => {
  const [topicArn, message] = [required(params, "TopicArn"), required(params, "Message")];
  const subject = text(params, "Subject");
  if (topicArn !== DEFAULTS.topicArn) throw new AwsError("NotFound", "Topic does not exist", 404);
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid("Subject");
  if (Buffer.byteLength(message) > LIMIT) throw invalid("Message too long");
  const messageId = `00000000-0000-4000-8000-${String(state.nextId++).padStart(12, "0")}`;
  const published = { messageId, topicArn, at: state.now, subject, message, attributes: attributesOf(params) };
  witnessText(state, "a notice", JSON.stringify(published));
  state.publications = [...(state.publications ?? []), published].slice(-KEPT);
  return { MessageId: messageId };
};

/** Of the API's calls only what the product makes, and what shows that the topic is there. */
export const sns: Service = {
  protocol: "query",
  namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  version: "2010-03-31",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { Publish, ListTopics: () => ({ Topics: [{ TopicArn: DEFAULTS.topicArn }] }) },
};

const invalid = (reason: string): AwsError => new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);

function attributesOf(params: Params): Record<string, string> {
  const entries = structures(structure(params, "MessageAttributes"), "entry");
  return Object.fromEntries(
    entries.map((entry) => [required(entry, "Name"), text(structure(entry, "Value"), "StringValue") ?? ""]),
  );
}
