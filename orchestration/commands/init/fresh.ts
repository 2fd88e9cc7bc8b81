import { type Command, Option } from "commander";
import { problemWith, type StackConfig } from "../../../infra/config/index";
import { RepaveError } from "../../domain/errors";
import { type Answers, freshEntries } from "../../init/fresh";
import type { Entry } from "../../init/stackFile";
import type { Questions } from "../../ports/questions";

/** Answers that are given as options. */
export interface FreshOptions {
  readonly hostname?: string;
  readonly region?: string;
  readonly services?: "existing" | "build";
  readonly zones?: string;
  readonly vpc?: string;
  readonly subnets?: string;
}

const NEW_STACK = "A stack from nothing:";

export function withFreshOptions(command: Command): Command {
  const options: readonly (readonly [flags: string, description: string])[] = [
    ["--hostname <name>", "name under which users open the application"],
    ["--region <name>", "AWS region"],
    ["--zones <list>", "two or three availability zones, for --services build"],
    ["--vpc <id>", "VPC, for existing services"],
    ["--subnets <list>", "subnets of the nodes, for existing services"],
  ];
  for (const [flags, description] of options) command.addOption(new Option(flags, description).helpGroup(NEW_STACK));
  return command.addOption(
    new Option("--services <how>", "network, database, Redis, bucket: `build` lets the stack create them")
      .choices(["existing", "build"])
      .helpGroup(NEW_STACK),
  );
}

const listed = (text: string): readonly string[] => text.split(/[\s,]+/).filter((part) => part !== "");

/** What is wrong with a list, or with a single value. */
const wrongList = (key: keyof StackConfig) => (text: string) => problemWith(key, JSON.stringify(listed(text)));
const wrongValue = (key: keyof StackConfig) => (text: string) => problemWith(key, text);
const wrongRegion = (text: string): string | undefined =>
  /^[a-z]{2}(-[a-z]+)+-\d$/.test(text) ? undefined : "must be a region (eu-central-1)";

/** Options, as they are checked and asked for. */
const ASKED = {
  hostname: ["Under which name do users open the application?", "tfe.example.com", wrongValue("hostname")],
  region: ["In which AWS region do the nodes run?", "eu-central-1", wrongRegion],
  zones: ["In which two or three availability zones?", "eu-central-1a, eu-central-1b", wrongList("zones")],
  vpc: ["In which VPC?", "vpc-0123456789abcdef0", wrongValue("vpcId")],
  subnets: ["In which subnets do the nodes run?", "subnet-…, subnet-…", wrongList("nodeSubnetIds")],
} as const satisfies Record<string, readonly [string, string, (text: string) => string | undefined]>;

type Asked = keyof typeof ASKED;

/** What a stack from nothing needs, from options and, where somebody is at a terminal, from answers. Throws `USAGE`, `INTERRUPTED`. */
export async function freshStack(
  options: FreshOptions & { readonly json?: boolean },
  questions: Questions,
): Promise<readonly Entry[]> {
  const asks = questions.possible && options.json !== true;

  async function value(name: Asked): Promise<string | undefined> {
    const [question, example, problem] = ASKED[name];
    const given = options[name];
    if (given !== undefined) {
      const wrong = problem(given);
      if (wrong !== undefined) throw new RepaveError("USAGE", `--${name} ${wrong}`);
      return given;
    }
    if (!asks) return undefined;
    return (await questions.text(question, { example, problem })) || undefined;
  }
  const many = async (name: Asked): Promise<readonly string[] | undefined> => {
    const text = await value(name);
    return text === undefined ? undefined : listed(text);
  };

  const hostname = await value("hostname");
  const region = await value("region");
  const services =
    options.services ?? (asks ? await questions.choose("Network, database, Redis and bucket?", HOW) : undefined);
  const place: Pick<Answers, "zones" | "vpcId" | "nodeSubnetIds"> =
    services === "build"
      ? { zones: await many("zones") }
      : { vpcId: await value("vpc"), nodeSubnetIds: await many("subnets") };
  return freshEntries({ hostname, region, services, ...place });
}

const HOW = [
  { value: "existing", title: "They exist: I name them in the stack file" },
  { value: "build", title: "The stack builds them" },
] as const;
