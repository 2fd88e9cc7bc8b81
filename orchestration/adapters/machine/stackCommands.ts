import { z } from "zod";
import { RepaveError } from "../../domain/errors";
import { OUTCOMES } from "../../domain/events";
import type { StackEnd } from "../../domain/rollout/events";
import type { Goal } from "../../domain/rollout/model";
import { shortName } from "../../domain/release";
import type { StackCommands, StackForecast, StackSeen, Watching } from "../../ports/rollout";
import { errorCode, release, standing } from "../reporters/schema/values";
import { followProcess, type Followed } from "./follow";

export interface StackCommandsOptions {
  /** The words that start this tool: `node … cli.ts`. */
  readonly program: readonly string[];
  /** Options that every verb gets for a stack: those of a lab. */
  readonly extra: (stack: string) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What is read of the lines of a child; other events and fields are left alone. */
const LINES = {
  "run.started": z.object({ runId: z.string() }),
  "run.resumed": z.object({ runId: z.string() }),
  "step.started": z.object({ step: z.string(), title: z.string() }),
  "outage.began": z.object({}),
  "outage.ended": z.object({}),
  "check.made": z.object({ id: z.string(), ok: z.boolean(), skipped: z.boolean().optional(), observed: z.string() }),
  "run.failed": z.object({ code: errorCode, detail: z.string(), fleet: z.string(), next: z.string().optional() }),
  "run.finished": z.object({
    outcome: z.enum(OUTCOMES),
    because: z.string().optional(),
    runId: z.string().nullable(),
    release: release.nullable(),
    outageSeconds: z.number().nullable(),
    nodes: z.array(z.object({ release: release.nullable() })),
  }),
  "plan.made": z.object({ text: z.array(z.string()) }),
  "plan.judged": z.object({
    failed: z.array(z.string()),
    skipped: z.array(z.string()),
    expectedSeconds: z.number(),
    likelyOutageSeconds: z.number(),
    outageSeconds: z.number(),
  }),
  status: z.object({
    standing,
    nodes: z.array(z.object({ instanceId: z.string(), healthy: z.boolean() })),
  }),
  error: z.object({ code: errorCode, detail: z.string(), remedy: z.string().optional() }),
} as const;

type Line = { [K in keyof typeof LINES]: { readonly event: K } & z.output<(typeof LINES)[K]> }[keyof typeof LINES];

/** Undefined: a line that is not read here. */
function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as { readonly event?: unknown };
    const name = line.event as keyof typeof LINES;
    if (typeof name !== "string" || !(name in LINES)) return undefined;
    return { event: name, ...LINES[name].parse(line) } as Line;
  } catch {
    return undefined;
  }
}

/** The verbs of this tool on a stack, each in a process of its own, with `--json`. */
export function stackCommands({ program, extra, env }: StackCommandsOptions): StackCommands {
  const call = (words: readonly string[], stack: string, signal: AbortSignal, line: (line: Line) => void) =>
    followProcess([...program, ...words, "--stack", stack, "--json", ...extra(stack)], {
      env,
      signal,
      line: (text) => {
        const known = parsed(text);
        if (known) line(known);
      },
    });

  return {
    async repave(stack, goal, watching) {
      const { signal } = watching;
      const seen = new Seen(watching);
      const followed = await call([...verb("upgrade", "patch", goal), "--yes"], stack, signal, (line) =>
        seen.take(line),
      );
      return seen.end(followed);
    },

    async look(stack, signal): Promise<StackSeen> {
      let found: StackSeen | undefined;
      let problem: RepaveError | undefined;
      const followed = await call(["status"], stack, signal, (line) => {
        if (line.event === "status") found = { standing: line.standing, nodes: line.nodes };
        if (line.event === "error") problem = new RepaveError(line.code, line.detail);
      });
      signal.throwIfAborted();
      if (found) return found;
      throw problem ?? new RepaveError("INTERNAL", `\`status\` of ${stack} ${endOf(followed)}`);
    },

    async forecast(stack, goal, signal) {
      let text: readonly string[] = [];
      let judged: Extract<Line, { event: "plan.judged" }> | undefined;
      let problem: string | undefined;
      const followed = await call(verb("plan", "plan", goal), stack, signal, (line) => {
        if (line.event === "plan.made") text = line.text;
        if (line.event === "plan.judged") judged = line;
        if (line.event === "error") problem = `${line.detail} (${line.code})`;
      });
      signal.throwIfAborted();
      const isThere = judged === undefined && followed.exitCode === 0;
      const forecast: StackForecast = {
        lines: text,
        failed: judged?.failed ?? [],
        skipped: judged?.skipped ?? [],
        expectedSeconds: judged?.expectedSeconds ?? null,
        likelyOutageSeconds: judged?.likelyOutageSeconds ?? null,
        outageSeconds: judged?.outageSeconds ?? null,
        isThere,
      };
      if (judged || isThere) return forecast;
      return { ...forecast, problem: problem ?? `\`plan\` ${endOf(followed)}` };
    },
  };
}

function verb(withRelease: string, without: string, { release: goal, image }: Goal): readonly string[] {
  const build = image === undefined ? [] : image === "latest" ? ["--latest"] : ["--image", image];
  return goal === undefined ? [without, ...build] : [withRelease, "--release", shortName(goal), ...build];
}

/** What the lines of a run add up to. */
class Seen {
  private runId: string | null = null;
  private readonly failedChecks: string[] = [];
  private readonly observed: string[] = [];
  private problem: Pick<StackEnd, "code" | "detail" | "fleet" | "next"> = {};
  private finished: Extract<Line, { event: "run.finished" }> | undefined;
  private refused = false;

  constructor(private readonly watching: Pick<Watching, "tell">) {}

  take(line: Line): void {
    switch (line.event) {
      case "run.started":
      case "run.resumed":
        this.runId = line.runId;
        break;
      case "step.started":
        this.watching.tell({ kind: "step", step: line.step, title: line.title });
        break;
      case "outage.began":
      case "outage.ended":
        this.watching.tell({ kind: "outage", began: line.event === "outage.began" });
        break;
      case "check.made":
        if (line.ok || line.skipped === true) break;
        this.failedChecks.push(line.id);
        this.observed.push(line.observed);
        break;
      case "run.failed": {
        const { code, detail, fleet, next } = line;
        this.problem = { code, detail, fleet, ...(next === undefined ? {} : { next }) };
        break;
      }
      case "error": {
        const { code, detail, remedy } = line;
        this.refused = true;
        this.problem = { code, detail, ...(remedy === undefined ? {} : { next: remedy }) };
        break;
      }
      case "run.finished":
        this.finished = line;
        break;
      case "plan.made":
      case "plan.judged":
      case "status":
    }
  }

  end(followed: Followed): StackEnd {
    const { finished, failedChecks } = this;
    const checks = failedChecks.length === 0 ? {} : { failedChecks };
    if (!finished) {
      // A command that could not begin says so and has changed nothing; any other has died.
      const nothing = this.refused && this.runId === null && [2, 3].includes(followed.exitCode ?? -1);
      const detail = this.problem.detail ?? `its process ${endOf(followed)}`;
      const outcome = nothing ? "blocked" : "unknown";
      return { outcome, runId: this.runId, release: null, outageSeconds: null, ...checks, ...this.problem, detail };
    }
    const { outcome, because, outageSeconds } = finished;
    const reached = outcome === "done" || outcome === "nothing-to-do";
    const running = new Set(finished.nodes.map((node) => node.release));
    const [only = null] = running.size === 1 ? [...running] : [];
    const detail = this.observed.length > 0 ? this.observed.join("; ") : (this.problem.detail ?? because);
    return {
      outcome,
      runId: finished.runId ?? this.runId,
      release: only ?? (reached ? finished.release : null),
      outageSeconds,
      ...checks,
      ...(reached ? {} : { ...this.problem, ...(detail === undefined ? {} : { detail }) }),
    };
  }
}

function endOf({ exitCode, endedBy, lastWords }: Followed): string {
  const how = exitCode === undefined ? `was ended by ${endedBy ?? "a signal"}` : `ended with exit code ${exitCode}`;
  const said = lastWords.trim().split("\n").slice(-3).join(" ");
  return said === "" ? how : `${how}: ${said}`;
}
