import { isAvailable, type Packaging, type Release, RELEASES, releaseLabel, upgradePath } from "../release";

/** How a load balancer asks a node for its health. */
export interface HealthCheck {
  /** Undefined: it asks whether the port is open, and nothing else. */
  readonly path: string | undefined;
  /** Status codes that count as healthy, in the provider's words: `200`, `200,301`, `200-399`. */
  readonly codes: string;
}

/** The paths on which a node of a release answers a load balancer. The release's own path is first. */
export type HealthPaths = (release: Release) => readonly string[];

/** Why nodes on the path would not be healthy behind this load balancer, and what changes that. */
export interface HealthCheckProblem {
  readonly failure: string;
  /** The path that the load balancer must ask; absent: its path is right. */
  readonly path?: string;
  /** The codes that must count as healthy; absent: they are right. */
  readonly codes?: string;
  /** The release that must run when that is changed; absent: the running one. `unknown`: none answers on both paths. */
  readonly first?: Release | "unknown";
}

/** What a path asks for: the running release, and each one that is built. */
export interface HealthCheckQuestion {
  readonly from: Release;
  readonly hops: readonly Release[];
  readonly packaging: Packaging;
  readonly paths: HealthPaths;
}

/**
 * Compares the health check of a target group with what the releases on the path answer. A node that answers elsewhere is never
 * healthy, and one whose failures count as healthy always is. Undefined: each release answers as it is asked.
 */
export function healthCheckProblem(check: HealthCheck, question: HealthCheckQuestion): HealthCheckProblem | undefined {
  const { path } = check;
  if (path === undefined) return undefined;
  const codes = codesProblem(check);
  const { hops, paths } = question;
  const index = hops.findIndex((release) => !paths(release).includes(path));
  const release = hops[index];
  if (release === undefined) return codes;
  const words = `${releaseLabel(release)} answers on ${paths(release).join(" or ")}, and the target group asks ${path}`;
  return {
    ...codes,
    failure: [words, ...(codes ? [codes.failure] : [])].join("; "),
    ...wayOver(path, index, question),
  };
}

/** A release that answers on the old path and on the new one lets the path be changed while it runs. */
function wayOver(
  path: string,
  index: number,
  { from, hops, packaging, paths }: HealthCheckQuestion,
): Pick<HealthCheckProblem, "path" | "first"> {
  const release = hops[index] ?? from;
  const common = (...releases: readonly Release[]): string | undefined =>
    paths(release).find((one) => releases.every((other) => paths(other).includes(one)));
  const now = common(from, ...hops.slice(0, index));
  if (now !== undefined) return { path: now };
  const previous = hops[index - 1] ?? from;
  const [start, end] = [RELEASES.indexOf(previous), RELEASES.indexOf(release)];
  const first = RELEASES.slice(start, end).findLast(
    (one) =>
      isAvailable(one, packaging) &&
      upgradePath(from, one, packaging).legal &&
      paths(one).includes(path) &&
      common(one) !== undefined,
  );
  const other = first === undefined ? undefined : common(first);
  return first === undefined || other === undefined
    ? { path: paths(release)[0] ?? path, first: "unknown" }
    : { path: other, first };
}

const HEALTHY = 200;
const [FIRST_FAILURE, LAST_FAILURE] = [400, 599];

function codesProblem({ codes }: HealthCheck): HealthCheckProblem | undefined {
  const ranges = codes.split(",").map((part) => {
    const [from = "", to = from] = part.trim().split("-");
    return { from: Number(from), to: Number(to) };
  });
  const admits = (from: number, to: number): boolean => ranges.some((range) => range.from <= to && range.to >= from);
  const must = { codes: String(HEALTHY) };
  if (!admits(HEALTHY, HEALTHY)) return { failure: `${HEALTHY} does not count as healthy (${codes})`, ...must };
  if (admits(FIRST_FAILURE, LAST_FAILURE))
    return { failure: `answers of a node that fails count as healthy (${codes})`, ...must };
  return undefined;
}
