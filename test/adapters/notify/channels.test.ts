import { createHmac } from "node:crypto";
import { DEFAULTS } from "../../../lab/region/defaults";
import { secretText } from "../../../orchestration/adapters/notify/secret";
import { slackChannel } from "../../../orchestration/adapters/notify/slack";
import { pagerDutyChannel } from "../../../orchestration/adapters/notify/pagerDuty";
import { snsChannel } from "../../../orchestration/adapters/notify/sns";
import { teamsChannel } from "../../../orchestration/adapters/notify/teams";
import { sign, webhookChannel } from "../../../orchestration/adapters/notify/webhook";
import type { Notice } from "../../../orchestration/domain/notice";
import { bench, type Bench } from "../../lab/aws/clients";
import { receiver, type Receiver } from "./receiver";

const NOTICE: Notice = {
  schema: 1,
  kind: "halted",
  stack: "prod",
  runId: "run-1",
  at: "2026-11-23T02:00:00.000Z",
  title: "Terraform Enterprise prod: 610 → 642",
  lines: ["a < b & c > d", "Next: look."],
  outageSeconds: null,
  nodeBuildSeconds: null,
  code: "GATE_TIMEOUT",
  changeNumber: null,
};
const DELIVERY = { id: "msg-1", notice: NOTICE };
const NEVER = new AbortController().signal;

describe("over HTTP", () => {
  let server: Receiver;
  afterEach(() => server.close());

  it("Teams is given one adaptive card, whose text it shows to the letter", async () => {
    server = await receiver();
    await teamsChannel({ url: () => Promise.resolve(server.url) }).send(DELIVERY, NEVER);
    const card = JSON.parse(server.received[0]?.body ?? "") as {
      type: string;
      attachments: { contentType: string; content: { type: string; body: { text: string; color?: string }[] } }[];
    };
    expect(card.type).toBe("message");
    expect(card.attachments.map(({ contentType }) => contentType)).toEqual(["application/vnd.microsoft.card.adaptive"]);
    const body = card.attachments[0]?.content.body ?? [];
    expect(body.map(({ text }) => text)).toEqual([
      "Terraform Enterprise prod: 610 → 642",
      "a &lt; b &amp; c &gt; d",
      "Next: look.",
    ]);
    expect(body[0]?.color).toBe("Attention");
  });

  const paged = async (
    notice: Partial<Notice>,
  ): Promise<readonly { path: string; body: Record<string, unknown> }[]> => {
    server = await receiver();
    const origin = new URL(server.url).origin;
    const channel = pagerDutyChannel({ key: () => Promise.resolve(" R0UT1NG \n"), origin });
    await channel.send({ id: "1", notice: { ...NOTICE, ...notice } }, NEVER);
    return server.received.map(({ path, body }) => ({ path, body: JSON.parse(body) as Record<string, unknown> }));
  };

  it("PagerDuty opens an incident for a run that needs somebody, and one key for the whole run", async () => {
    const [event, ...others] = await paged({ changeNumber: "CHG1" });
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      path: "/v2/enqueue",
      body: {
        routing_key: "R0UT1NG",
        event_action: "trigger",
        dedup_key: "tfe-repave/prod/run-1",
        payload: { severity: "critical", source: "tfe-repave prod", custom_details: { change: "CHG1" } },
      },
    });
  });

  it.each(["done", "resumed", "aborted"] as const)("PagerDuty closes it when the run is %s", async (kind) => {
    const events = await paged({ kind });
    expect(events.map(({ path }) => path)).toEqual(["/v2/change/enqueue", "/v2/enqueue"]);
    expect(events[1]?.body).toMatchObject({ event_action: "resolve", dedup_key: "tfe-repave/prod/run-1" });
  });

  it.each(["started", "test", "interrupted", "drained"] as const)("PagerDuty pages nobody for %s", async (kind) => {
    expect((await paged({ kind })).map(({ path }) => path)).toEqual(["/v2/change/enqueue"]);
  });

  it("Slack is given one text, its own three characters escaped", async () => {
    server = await receiver();
    await slackChannel({ url: () => Promise.resolve(` ${server.url}\n`) }).send(DELIVERY, NEVER);
    expect(server.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { text: "*Terraform Enterprise prod: 610 → 642*\na &lt; b &amp; c &gt; d\nNext: look." },
    ]);
    expect(server.received[0]?.headers["content-type"]).toBe("application/json");
  });

  it.each([
    ["emphasis", "*bold* _italic_ ~struck~", "∗bold∗ ˍitalicˍ ∼struck∼"],
    ["code", "`x` ```y```", "'x' '''y'''"],
    [
      "a bare address",
      "see https://evil.example/x or www.evil.example",
      "see https[:]//evil.example/x or www[.]evil.example",
    ],
    [
      "a link",
      "<https://evil.example|here> [here](//evil.example)",
      "&lt;https[:]//evil.example∣here&gt; [here] (//evil.example)",
    ],
    ["a mention", "<!channel> @everyone (@here)", "&lt;!channel&gt; ＠everyone (＠here)"],
    ["a heading", "# Approved", "＃ Approved"],
    ["another line", "one\n> two\r\nthree\u2028four", "one &gt; two three four"],
    ["what acts on a terminal", "\u001b[2Jx\u202e", "\\u001b[2Jx\\u202e"],
  ])("Slack is given text that it shows to the letter: %s", async (_what, said, shown) => {
    server = await receiver();
    const notice = { ...NOTICE, title: said, lines: [said] };
    await slackChannel({ url: () => Promise.resolve(server.url) }).send({ id: "1", notice }, NEVER);
    expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({ text: `*${shown}*\n${shown}` });
  });

  it("Slack is given names, paths and commands as they can be copied", async () => {
    server = await receiver();
    const command = "npm run upgrade -- --stack prod_eu_1 --resume, ~/runs/a~1, ann@ops, s3://runs";
    await slackChannel({ url: () => Promise.resolve(server.url) }).send(
      { id: "1", notice: { ...NOTICE, lines: [command] } },
      NEVER,
    );
    expect(server.received[0]?.body).toContain(command);
  });

  it("a webhook is given the notice, signed so that the receiver can tell who sent it and when", async () => {
    server = await receiver();
    const key = () => Promise.resolve("a key");
    await webhookChannel({ url: server.url, key, now: () => 1_767_600_000_999 }).send(DELIVERY, NEVER);
    const [{ headers, body } = { headers: {}, body: "" }] = server.received;
    expect(JSON.parse(body)).toEqual(NOTICE);
    const expected = createHmac("sha256", "a key").update(`msg-1.1767600000.${body}`).digest("base64");
    expect(headers).toMatchObject({
      "webhook-id": "msg-1",
      "webhook-timestamp": "1767600000",
      "webhook-signature": `v1,${expected}`,
    });
  });

  it.each([
    [500, false],
    [429, false],
    [404, true],
    [302, true],
  ])("an answer of %d is final: %s", async (status, isFinal) => {
    server = await receiver(status);
    const sent = slackChannel({ url: () => Promise.resolve(server.url) }).send(DELIVERY, NEVER);
    await expect(sent).rejects.toMatchObject({ message: `it answered ${status}`, isFinal });
    expect(server.received).toHaveLength(1);
  });
});

it("signs as the published example of the Standard Webhooks specification", () => {
  const signature = sign(
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "1614265330",
    '{"test": 2432232314}',
  );
  expect(signature).toBe("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

it.each(["ftp://hooks.example.com/T0/secret", "http://hooks.example.com/T0/secret", "T0/secret"])(
  "%s is not sent to, and not shown",
  async (url) => {
    const sent = slackChannel({ url: () => Promise.resolve(url) }).send(DELIVERY, NEVER);
    await expect(sent).rejects.toMatchObject({ message: "its address is not an https:// URL", isFinal: true });
  },
);

it("a server that is not there is said to be out of reach, without its address", async () => {
  const gone = await receiver();
  await gone.close();
  const sent = slackChannel({ url: () => Promise.resolve(gone.url) }).send(DELIVERY, NEVER);
  await expect(sent).rejects.toMatchObject({ message: "it cannot be reached (ECONNREFUSED)", isFinal: false });
});

describe("through the lab's AWS", () => {
  const credentials = { accessKeyId: "lab", secretAccessKey: "lab" };
  let lab: Bench;
  beforeEach(async () => (lab = await bench(0)));
  afterEach(() => lab.close());

  it("a topic is published to, in ASCII where SNS wants it, with what subscriptions filter by", async () => {
    const channel = snsChannel({ topicArn: DEFAULTS.topicArn, endpoint: lab.url, credentials });
    await channel.send(DELIVERY, NEVER);
    channel.close();
    expect(lab.region.state.publications).toEqual([
      {
        messageId: expect.any(String) as string,
        topicArn: DEFAULTS.topicArn,
        at: lab.region.state.now,
        subject: "Terraform Enterprise prod: 610 -> 642",
        message: "Terraform Enterprise prod: 610 → 642\n\na < b & c > d\nNext: look.",
        attributes: { kind: "halted", stack: "prod" },
      },
    ]);
  });

  it("a topic that is not there is final", async () => {
    const topicArn = `${DEFAULTS.topicArn}-of-nobody`;
    const channel = snsChannel({ topicArn, endpoint: lab.url, credentials });
    await expect(channel.send(DELIVERY, NEVER)).rejects.toMatchObject({
      message: "Publish: NotFoundException: Topic does not exist",
      isFinal: true,
    });
    channel.close();
  });

  it("a secret is read once; one that is not there is asked for again", async () => {
    const read = secretText(DEFAULTS.secrets.license, { endpoint: lab.url, credentials });
    expect(await read()).toBe("lab licence, expires 2031-01-01T00:00:00Z");
    lab.region.state.secrets = {};
    expect(await read()).toBe("lab licence, expires 2031-01-01T00:00:00Z");
    const none = secretText(DEFAULTS.secrets.settings, { endpoint: lab.url, credentials });
    await expect(none()).rejects.toMatchObject({ isFinal: false });
    lab.region.state.secrets = { [DEFAULTS.secrets.settings]: "now it is" };
    expect(await none()).toBe("now it is");
  });
});
