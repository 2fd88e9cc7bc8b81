/** What the application and the machine answer. Pure. Formats that the vendor does not publish are read leniently, and never guessed. */
import type { AppState } from "../../domain/health";
import { parseRelease, type Release } from "../../domain/release";
import { isRecord, jsonDocument, lines } from "../../domain/text/text";
import type { Fetched } from "../../ports/tfe";
import { parseHttpAnswer } from "../answers";
import { repository } from "../work";

/** The one release that a text names; undefined where it names none that is known, or several. */
export function parseVersion(raw: string): Release | undefined {
  const words = lines(raw).flatMap(
    (line) => line.slice(0, 500).match(/(?<![\w.-])v?\d{1,6}[.-]\d{1,4}(?:\.\d{1,4})?(?![\w.])/g) ?? [],
  );
  const found = new Set(words.flatMap((word) => parseRelease(word) ?? parseRelease(word.replace(/^v/, "")) ?? []));
  return found.size === 1 ? [...found][0] : undefined;
}

/** The release that an image is tagged with; undefined where it has no tag, or one that is no release. */
export function releaseOfImage(image: string): Release | undefined {
  const [name = ""] = image.split("@", 1);
  return parseRelease(name.slice(repository(image).length + 1));
}

/** The release in the headers of an answer: `X-TFE-Version: v202406-1`. Later releases keep a month there that is not theirs. */
export function parseVersionHeader(raw: string): Release | undefined {
  const values = lines(raw).flatMap((line) => /^x-tfe-version: (\S{1,40})$/i.exec(line)?.[1] ?? []);
  return values.length === 1 ? parseRelease(values[0] ?? "") : undefined;
}

/** How ready the application says it is. */
export interface Readiness {
  /** HTTP status; 0: nothing answered. */
  readonly status: number;
  /** Undefined where the answer has no such word: the old health check, a redirect, an error page. */
  readonly word?: "OK" | "ERROR" | "DRAINING" | undefined;
  /** Checks that are not OK. */
  readonly failing: readonly string[];
  /** The application's own part is up, whatever it lacks. */
  readonly isUp: boolean;
}

const WORDS = ["OK", "ERROR", "DRAINING"] as const;
const wordIn = (text: unknown): Readiness["word"] => WORDS.find((word) => word === text);

export function parseReadiness(raw: string): Readiness | undefined {
  const answer = parseHttpAnswer(raw);
  if (!answer) return undefined;
  const { status, body } = answer;
  const word = wordIn(body.trim());
  const plain = { status, failing: [], isUp: status === 200 };
  if (word !== undefined) return { ...plain, word, isUp: word !== "ERROR" };
  const full = jsonDocument(body, (document) => {
    if (!isRecord(document)) return undefined;
    const said = wordIn(document["status"]);
    if (said === undefined) return undefined;
    const checks = recordsIn(document["checks"]);
    const nameOf = (check: Readonly<Record<string, unknown>>): string => String(check["check"]).slice(0, 60);
    const failing = checks.filter((check) => check["status"] !== "OK").map(nameOf);
    const atlas = checks.some((check) => check["check"] === "atlas" && check["status"] === "OK");
    return { status, word: said, failing, isUp: said !== "ERROR" || atlas };
  });
  return full ?? plain;
}

/** What `tfectl app diagnostics --json` found. */
export interface Diagnosis {
  readonly checks: number;
  /** `redis/connection` */
  readonly failed: readonly string[];
}

/** An array with one entry a node. Undefined where it is no such array, or has no check in it. */
export function parseDiagnosis(raw: string): Diagnosis | undefined {
  return jsonDocument(raw, (document) => {
    if (!Array.isArray(document) || document.length === 0 || !document.every(isRecord)) return undefined;
    const groups = document.flatMap((node) => recordsIn(node["checks"]));
    const leaves = groups.flatMap((group) => {
      const inner = recordsIn(group["checks"]);
      const all = inner.map((check) => ({
        name: `${word(group["group"])}/${word(check["name"])}`,
        status: check["status"],
      }));
      // A group that failed without a check that did.
      const own = { name: word(group["group"]), status: group["status"] };
      return all.length === 0 || (isBad(own) && !all.some(isBad)) ? [...all, own] : all;
    });
    if (leaves.length === 0) return undefined;
    const failed = leaves.filter(isBad).map(({ name }) => name);
    const nodeFailed = document.some((node) => !isFine(node["status"]));
    return { checks: leaves.length, failed: failed.length === 0 && nodeFailed ? ["the node"] : failed };
  });
}

const recordsIn = (list: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(list) ? list.filter(isRecord) : [];
const word = (value: unknown): string => (typeof value === "string" ? value.slice(0, 60) : "?");
const isFine = (status: unknown): boolean => status === "OK" || status === "WARNING";
const isBad = ({ status }: { readonly status: unknown }): boolean => !isFine(status);

const DATE = /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?)?/;

/**
 * When the licence ends, from `tfectl app license` (ms since the epoch; `never`): the earliest of the dates that follow a word for
 * expiry on its line. Undefined where there is none.
 */
export function parseLicenceEnd(raw: string): number | "never" | undefined {
  const said = lines(raw).flatMap((line) => line.slice(0, 2000).split(/expir/i).slice(1));
  const dates = said.flatMap((rest) => DATE.exec(rest)?.[0] ?? []).map(utc);
  const ends = dates.filter((ms) => !Number.isNaN(ms));
  if (ends.length > 0) return Math.min(...ends);
  return said.some((rest) => /\bnever\b/i.test(rest)) ? "never" : undefined;
}

/** A time without a zone is UTC. */
function utc(text: string): number {
  const whole = text.replace(" ", "T");
  return Date.parse(/T/.test(whole) && !/(?:Z|[+-]\d{2}:\d{2})$/.test(whole) ? `${whole}Z` : whole);
}

/** What the machine says of the application's service, which a node without a container is judged by. */
export function parseUnit(raw: string): AppState | undefined {
  const said = new Map(lines(raw).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  const [load, active] = [said.get("LoadState"), said.get("ActiveState")];
  if (load === undefined || active === undefined) return undefined;
  if (load === "not-found") return "absent";
  if (active === "activating") return "starting";
  if (active === "deactivating") return "stopping";
  return active === "failed" ? "failed" : "stopped";
}

/** Why the first boot of a node gave up, from the log of its user data; undefined: it did not. */
export const parseBootFailure = (raw: string): string | undefined =>
  lines(raw)
    .flatMap((line) => /^\S{1,40} FAILED:? (.{1,400})$/.exec(line)?.[1] ?? [])
    .at(0);

/** What the script that fetches prints. */
export function parseFetched(raw: string): Fetched | undefined {
  return jsonDocument(raw, (document) => {
    if (!isRecord(document)) return undefined;
    const { digest, seconds } = document;
    if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
    return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? { digest, seconds } : undefined;
  });
}
