import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Document, parseDocument } from "yaml";
import { PROJECT } from "../infra/contract";
import { isLabStack, LAB_STACK } from "../infra/runs/clockScale";
import { writeWhole } from "./files";
import { type EstateName, ESTATES } from "./estates";
import { DEFAULTS } from "./region/defaults";

export interface StackFacts {
  readonly dir: string;
  /** Name of the lab's stack. */
  readonly stack: string;
  readonly estate: EstateName;
  readonly loadBalancerPort: number;
  readonly caFile: string;
  readonly sshConfigFile: string;
}

export { isLabStack, LAB_STACK };

/** Folder of the lab with this stack: the home itself for `lab`, and one within it for every other. */
export const labFolder = (home: string, stack: string): string => (stack === LAB_STACK ? home : join(home, stack));

/** The home that `labFolder` made this folder of. */
export const labHome = (dir: string, stack: string): string => (stack === LAB_STACK ? dir : dirname(dir));

const ROOT = join(__dirname, "..");

/**
 * Makes the folder a Pulumi project with the lab's stack in it. The stack's file is written once; later only what leads to the
 * load balancer is brought up to date, because the rest belongs to whoever works with the lab.
 */
export async function prepareStack(facts: StackFacts): Promise<void> {
  for (const folder of ["state", "runs"]) await mkdir(join(facts.dir, folder), { recursive: true });
  await writeWhole(join(facts.dir, "aws-config"), "[default]\n");
  await writeWhole(join(facts.dir, "Pulumi.yaml"), await projectFile());
  const stackFile = join(facts.dir, `Pulumi.${facts.stack}.yaml`);
  const kept = await readFile(stackFile, "utf8").catch(() => undefined);
  const document = kept === undefined ? new Document({ config: firstConfig(facts) }) : parseDocument(kept);
  // What is no YAML is left as it is: whoever reads the stack says what is wrong with it.
  if (document.errors.length > 0) return;
  for (const [key, value] of Object.entries(reachable(facts)))
    if (document.getIn(["config", key]) !== value) document.setIn(["config", key], value);
  const text = document.toString({ lineWidth: 0 });
  if (text !== kept) await writeWhole(stackFile, text);
}

/** The project's own file without its program: the orchestrator brings the program itself. */
async function projectFile(): Promise<string> {
  const text = await readFile(join(ROOT, "Pulumi.yaml"), "utf8").catch(() => `name: ${PROJECT}\nruntime: nodejs\n`);
  const document = parseDocument(text);
  document.delete("main");
  return document.toString({ lineWidth: 0 });
}

const key = (name: string): string => `${PROJECT}:${name}`;

function reachable({ loadBalancerPort, caFile, sshConfigFile }: StackFacts): Record<string, string> {
  return {
    [key("hostname")]: `localhost:${loadBalancerPort}`,
    [key("caFile")]: caFile,
    [key("sshConfigFile")]: sshConfigFile,
  };
}

/** Of a fleet that somebody else built there is no stack yet: its file has what leads to the lab, and whoever takes it over writes the rest. */
function firstConfig(facts: StackFacts): Record<string, unknown> {
  const { secrets } = DEFAULTS;
  const estate = ESTATES[facts.estate];
  if (!("config" in estate)) return { "aws:region": DEFAULTS.region, ...reachable(facts) };
  return {
    "aws:region": DEFAULTS.region,
    ...Object.fromEntries(Object.entries(estate.config).map(([name, value]) => [key(name), value])),
    [key("image")]: DEFAULTS.images.older,
    [key("nodeCount")]: "2",
    [key("maxNodes")]: "2",
    [key("vpcId")]: DEFAULTS.vpcId,
    [key("nodeSubnetIds")]: [...DEFAULTS.subnetIds],
    [key("certificateArn")]: DEFAULTS.certificateArn,
    [key("licenseSecretArn")]: secrets.license,
    [key("tlsCertificateSecretArn")]: secrets.tlsCertificate,
    [key("tlsKeySecretArn")]: secrets.tlsKey,
    [key("bucket")]: DEFAULTS.bucket,
    [key("databaseId")]: DEFAULTS.databaseId,
    [key("imageParameter")]: DEFAULTS.imageParameter,
    [key("notifyTopicArn")]: DEFAULTS.topicArn,
    [key("smokeWorkspace")]: DEFAULTS.smokeWorkspace,
    [key("smokeTokenSecretArn")]: secrets.smokeToken,
    // Whoever tries the lab asks for it: `--smoke`.
    [key("smoke")]: "onRequest",
    ...reachable(facts),
  };
}
