import { FDO } from "../../../orchestration/dialects/fdo";
import type { DialectOptions } from "../../../orchestration/dialects/dialect";
import type { CommandResult, NodeShell } from "../../../orchestration/ports/nodeShell";
import type { Release } from "../../../orchestration/domain/release";
import type { Tfe } from "../../../orchestration/ports/tfe";

export const NODE = { instanceId: "i-0a", privateIp: "192.0.2.1" };
export const ID = "84ebea16aab1".padEnd(64, "0");
export const OTHER_ID = "0f".repeat(32);
export const REPOSITORY = "images.releases.hashicorp.com/hashicorp/terraform-enterprise";
export const RELEASE = "1.2.2" as Release;

export const READY = `{"node":"84ebea16aab1","status":"OK","checks":[{"check":"atlas","status":"OK"}]}\n200`;
export const DRAINING = `{"node":"84ebea16aab1","status":"DRAINING","checks":[{"check":"atlas","status":"OK"}]}\n503`;
export const WELL =
  '[{"node":"a","status":"OK","checks":[{"group":"redis","status":"OK","checks":[{"name":"connection","status":"OK"}]}]}]';
export const FAILED_LOG =
  '[ERROR] terraform-enterprise: check failed: name=license duration="1µs" err="failed parsing license"\n' +
  '[ERROR] terraform-enterprise: the following startup checks failed: checks=["license"]\n';

export type Answer = string | Partial<CommandResult> | (() => string | Partial<CommandResult>);

/** A node that is well; each of its answers can be another one. `sent` has what it was asked. */
export class FakeNode {
  readonly sent: string[] = [];
  /** By the word that tells the command. */
  readonly answers: Record<string, Answer> = {
    ps: `${ID} running ${REPOSITORY}:1.2.2 terraform-enterprise\n`,
    inspect: `${ID} 0 running 0 ${REPOSITORY}:1.2.2\n`,
    version: "1.2.2\n",
    readiness: READY,
    ping: { exitCode: 22 },
    health_check: { stdout: "\n410" },
    diagnostics: WELL,
    status: "",
    logs: "",
    systemctl: "LoadState=not-found\nActiveState=inactive\n",
    tail: { exitCode: 1 },
    sleep: "",
    drain: "",
    settings: "now .\n",
  };
  readonly tfe: Tfe;

  constructor(options: DialectOptions = {}) {
    const shell: NodeShell = {
      run: (_, argv) => {
        const line = argv[0] === "sh" ? `sh ${argv.slice(3).join(" ")}` : argv.join(" ");
        this.sent.push(line);
        const answer = this.answers[wordOf(line)] ?? { exitCode: 127, stderr: "not found" };
        const said = typeof answer === "function" ? answer() : answer;
        const result = typeof said === "string" ? { stdout: said } : said;
        return Promise.resolve({ exitCode: 0, stdout: "", stderr: "", ...result });
      },
    };
    this.tfe = FDO.node(shell, { hostname: "tfe.example.com", ...options });
  }

  say(answers: Record<string, Answer>): this {
    Object.assign(this.answers, answers);
    return this;
  }

  asked(word: string): number {
    return this.sent.filter((line) => wordOf(line) === word).length;
  }

  async unmet(release: string = RELEASE): Promise<readonly string[]> {
    const answers = await this.tfe.observe({ made: true, value: NODE });
    return answers.conditions(release as Release).flatMap(({ id = "", held }) => (held ? [] : [id]));
  }
}

const WORDS: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/ ps /, "ps"],
  [/^(?:docker|podman) inspect /, "inspect"],
  [/tfectl app version$/, "version"],
  [/api\/v1\/health\/readiness/, "readiness"],
  [/_health_check/, "health_check"],
  [/api\/v2\/ping/, "ping"],
  [/app diagnostics/, "diagnostics"],
  [/app status$/, "status"],
  [/node drain$/, "drain"],
  [/ logs /, "logs"],
  [/^sh fdo-settings /, "settings"],
  [/^sh (\S+)/, "script"],
];
const wordOf = (line: string): string =>
  WORDS.find(([pattern]) => pattern.test(line))?.[1] ?? line.split(" ").find((word) => /^\w+$/.test(word)) ?? "";
