import { releasePlace } from "../../lab/region/releases";
import { type Course, COURSES } from "../torture/course";
import type { Person } from "./person";
import type { Dialect } from "./rows";

/** What differs between the two dialects for somebody who works by hand. */
export interface DialectFacts {
  /** The fleet that it begins with. */
  readonly course: Course;
  /** As `--release` takes it. */
  readonly release: string;
  /** Its place in the lab's order of releases. */
  readonly releasePlace: number | undefined;
  /** Drains the node that it runs on. */
  readonly drain: string;
  /** Drains every node, where the dialect has that. */
  readonly drainAll?: string;
  /** Lists the containers on a node. */
  readonly containers: string;
  /** Says whether the application is up: by its exit status, and where given by these words. */
  readonly status: string;
  readonly up: RegExp;
}

const PS = "docker ps --format '{{.Image}} {{.Names}}'";

export const DIALECTS: Readonly<Record<Dialect, DialectFacts>> = {
  replicated: {
    course: COURSES.default,
    release: COURSES.default.release,
    releasePlace: releasePlace("v202207-2"),
    drain: "tfe-admin node-drain",
    containers: PS,
    status: "replicatedctl app status",
    up: /"State": ?"started"/,
  },
  fdo: {
    course: COURSES.fdo,
    release: COURSES.fdo.other,
    releasePlace: releasePlace(COURSES.fdo.other),
    drain: "docker exec terraform-enterprise tfectl node drain",
    drainAll: "docker exec terraform-enterprise tfectl node drain --all",
    containers: PS,
    status: "docker exec terraform-enterprise tfectl app status",
    up: /(?:)/,
  },
};

/** Containers of runs, by the vendor's images. */
const RUNS = /build-worker|tfc-agent/;

/** Drains every node in a shell of its own, and looks until no run is left on any. */
export async function drainEach(person: Person, { drain, containers }: DialectFacts): Promise<void> {
  const nodes = await person.nodes();
  await Promise.all(nodes.map((id) => person.onNode(id, drain)));
  await untilIdle(person, nodes, containers);
}

/** Looks until no run is left on any of the nodes. */
export const untilIdle = (person: Person, nodes: readonly string[], containers: string): Promise<void> =>
  person.until("no run is left", async () => {
    const seen = await Promise.all(nodes.map((id) => person.onNode(id, containers)));
    return seen.every(({ exitCode, stdout }) => exitCode === 0 && !RUNS.test(stdout));
  });

/** Looks until so many targets are healthy and the application on each says that it is up. */
export const untilHealthy = (person: Person, count: number, { status, up }: DialectFacts): Promise<void> =>
  person.until(`${count} healthy nodes`, async () => {
    const [nodes, healthy] = await Promise.all([person.nodes(), person.healthyTargets()]);
    if (nodes.length !== count || !nodes.every((id) => healthy.includes(id))) return false;
    const seen = await Promise.all(nodes.map((id) => person.onNode(id, status)));
    return seen.every(({ exitCode, stdout }) => exitCode === 0 && up.test(stdout));
  });
