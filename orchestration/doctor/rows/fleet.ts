import { RepaveError } from "../../domain/errors";
import { dateTime } from "../../domain/text/words";
import type { Agent, ServiceAnswer } from "../../ports/diagnosis";
import type { NodeAddress } from "../../ports/nodeShell";
import { failed, type Finding, type Found, NotSeen, ok, refusedAsUnseen, unchecked } from "../finding";
import type { Row } from "../row";
import type { Seeing, StackFacts } from "../world";

const DAY = 86_400_000;

/** A certificate that ends sooner is renewed before anything else. */
const SOON_MS = 14 * DAY;

/** The nodes, and the service that they give. */
export const FLEET_ROWS: readonly Row[] = [
  { id: "nodes", title: "nodes", fix: "npm run health -- --help", look: nodesOf },
  {
    id: "health",
    title: "health URL",
    fix: "npm run status -- --help",
    async look(world) {
      const facts = world.known();
      const finding = answerOf(await world.service.ask(facts.healthUrl, world.signal), facts, world.now());
      if (finding.state !== "failed") return finding;
      // Before the first build there may be neither a name nor a load balancer.
      const notBuilt = await world.notBuilt();
      return notBuilt === undefined ? finding : unchecked(notBuilt);
    },
  },
];

async function nodesOf(world: Seeing): Promise<readonly Found[]> {
  const facts = world.known();
  const nodes = await world.members();
  if (nodes.length === 0) throw new NotSeen(`the group ${facts.groupName} has no nodes`);
  if (facts.transport === "ssh")
    return Promise.all(nodes.map(async (node) => ({ subject: node.instanceId, ...(await bySsh(node, world)) })));
  const cloud = await world.aws();
  const ids = nodes.map(({ instanceId }) => instanceId);
  const agents = await cloud
    .agents(ids, world.signal)
    .catch(refusedAsUnseen("Systems Manager does not describe the agents", facts.name));
  return nodes.map(({ instanceId }) => ({ subject: instanceId, ...bySsm(agents.get(instanceId), facts) }));
}

async function bySsh(node: NodeAddress, { ssh, signal }: Seeing): Promise<Finding> {
  try {
    await ssh.reach(node, signal);
    return ok(`SSH answers at ${node.privateIp}`);
  } catch (thrown) {
    if (!(thrown instanceof RepaveError)) throw thrown;
    return failed(thrown.detail.replace(`${node.instanceId} (${node.privateIp}): `, ""), ssh.byHand(node));
  }
}

function bySsm(agent: Agent | undefined, { nodeRole = "<role of the nodes>" }: StackFacts): Finding {
  if (agent === undefined) {
    const policy = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
    return failed(
      "not registered with Systems Manager",
      `aws iam attach-role-policy --role-name ${nodeRole} --policy-arn ${policy}`,
    );
  }
  const { ping, version, isLatest, heardAt } = agent;
  const age = isLatest ? "" : " (not the latest)";
  if (ping === "Online") return ok(`SSM online, agent ${version}${age}`);
  const since = heardAt === undefined ? "" : `, last heard ${dateTime(heardAt)} UTC`;
  // The agent is down, so it cannot be told to start. What it is called depends on how it was installed.
  return failed(
    `SSM says ${ping}${since}, agent ${version}${age}`,
    "on the node: sudo systemctl restart 'snap.amazon-ssm-agent.*' amazon-ssm-agent",
  );
}

function answerOf(answer: ServiceAnswer, { hostname, healthUrl, name, file }: StackFacts, now: number): Finding {
  const host = hostname.replace(/:\d+$/, "");
  switch (answer.kind) {
    case "answered": {
      const { status, ms, addresses, certificateEndsAt: ends } = answer;
      const until = ends === undefined ? "" : `, certificate until ${dateTime(ends).slice(0, 10)}`;
      const seen = `${status} in ${Math.round(ms)} ms from ${addresses.join(", ")}${until}`;
      if (status >= 500) return failed(seen, `npm run health -- --stack ${name}`);
      return ends !== undefined && ends - now < SOON_MS ? failed(seen, `renew the certificate of ${host}`) : ok(seen);
    }
    case "no-address":
      return failed(`${host} has no address here (${answer.detail})`, `add ${host} to DNS, for the load balancer`);
    case "no-connection":
      return failed(`no connection to ${hostname} (${answer.detail})`, `curl -v ${healthUrl}`);
    case "wrong-name":
      return failed(
        `the certificate is not for ${host} but for ${answer.names}`,
        `set tfe:certificateArn in ${file} to a certificate for ${host}, then run \`pulumi up\``,
      );
    case "expired":
      return failed(`the certificate has expired (${answer.detail})`, `renew the certificate of ${host}`);
    case "untrusted":
      return failed(
        `the certificate is not trusted (${answer.detail})`,
        `set tfe:caFile in ${file} to the PEM file of its authority`,
      );
  }
}
