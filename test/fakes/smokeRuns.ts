import { RepaveError } from "../../orchestration/domain/errors";
import type { SmokeWorkspace, TerraformRun } from "../../orchestration/domain/proof/smoke";
import type { SmokeRuns } from "../../orchestration/ports/smokeRuns";
import type { World } from "./world";

interface Entry {
  run: TerraformRun;
  readonly applies: boolean;
  readonly queuedAt: number;
  confirmedAt: number | undefined;
  readonly ends: "passed" | "errored" | "never";
}

const TAKES_MS = 30_000;

/** Smoke runs on a world's clock. What becomes of each is decided when it is queued. */
export class FakeSmokeRuns implements SmokeRuns {
  readonly workspaceName = "lab/smoke";
  readonly builtIn = true;
  /** What becomes of the runs that are queued next; then they pass. */
  readonly ends: Entry["ends"][] = [];
  /** Log of a run that failed. */
  words = "Error: no luck";
  unfit: Partial<SmokeWorkspace> = {};
  /** Every request fails so. */
  refuses: RepaveError | undefined;
  /** The next run is queued, and the answer is lost. */
  losesAnswer = false;
  destroyed = 0;
  readonly entries: Entry[] = [];

  constructor(readonly world: World) {}

  get statuses(): readonly string[] {
    return this.entries.map((entry) => this.#now(entry).status);
  }

  workspace(): Promise<SmokeWorkspace> {
    return this.#ask(() => ({
      id: "ws-1",
      name: this.workspaceName,
      executionMode: "remote",
      locked: false,
      autoApply: false,
      resources: 0,
      canQueueRuns: true,
      canApply: true,
      ...this.unfit,
    }));
  }

  find(message: string): Promise<readonly TerraformRun[]> {
    return this.#ask(() =>
      this.entries.map((entry) => this.#now(entry)).filter((run) => run.message.startsWith(message)),
    );
  }

  queue(message: string, { applies }: { readonly applies: boolean }): Promise<TerraformRun> {
    return this.#ask(() => {
      const id = `run-${this.entries.length + 1}`;
      const page = `https://tfe.example.com/app/lab/workspaces/smoke/runs/${id}`;
      const none = { canBeConfirmed: false, canBeCanceled: true, canBeDiscarded: false };
      const entry: Entry = {
        run: { id, page, message, status: "pending", ...none },
        applies,
        queuedAt: this.world.clock.now(),
        confirmedAt: undefined,
        ends: this.ends.shift() ?? "passed",
      };
      this.world.acts.push(`queue ${id}`);
      this.entries.push(entry);
      if (this.losesAnswer) {
        this.losesAnswer = false;
        throw new RepaveError("TFE_API_UNAVAILABLE", "the answer was cut off");
      }
      return entry.run;
    });
  }

  look = (id: string): Promise<TerraformRun> => this.#ask(() => this.#now(this.#entry(id)));
  destroys = (): Promise<number> => this.#ask(() => this.destroyed);
  log = (): Promise<string> => this.#ask(() => this.words);

  confirm(id: string): Promise<void> {
    return this.#ask(() => {
      this.world.acts.push(`apply ${id}`);
      this.#entry(id).confirmedAt = this.world.clock.now();
    });
  }

  end(id: string): Promise<void> {
    return this.#ask(() => {
      this.world.acts.push(`end ${id}`);
      const entry = this.#entry(id);
      entry.run = { ...entry.run, status: "canceled" };
    });
  }

  #entry(id: string): Entry {
    const found = this.entries.find(({ run }) => run.id === id);
    if (!found) throw new RepaveError("TFE_API_REFUSED", `${id}: 404`);
    return found;
  }

  #now({ run, applies, queuedAt, confirmedAt, ends }: Entry): TerraformRun {
    const now = this.world.clock.now();
    if (run.status === "canceled" || ends === "never" || now < queuedAt + TAKES_MS) return run;
    if (ends === "errored") return { ...run, status: "errored", canBeCanceled: false };
    if (!applies) return { ...run, status: "planned_and_finished", canBeCanceled: false };
    if (confirmedAt === undefined) return { ...run, status: "planned", canBeConfirmed: true, canBeDiscarded: true };
    return { ...run, status: now < confirmedAt + TAKES_MS ? "applying" : "applied" };
  }

  #ask<T>(answer: () => T): Promise<T> {
    if (this.refuses) return Promise.reject(this.refuses);
    try {
      return Promise.resolve(answer());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
