import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");

/** Rooms that must not know how Terraform Enterprise is packaged. */
const ROOMS = ["domain", "upgrade", "run", "fleet", "commands", "operations", "doctor"];

/** Names of a packaging as data, and a key of the stack's configuration that an operator is told. */
const ALLOWED = [
  'orchestration/domain/release.ts: export type Packaging = "replicated" | "fdo";',
  'orchestration/upgrade/checks/scaling.ts: "Set `tfe:releaseSequence` and run `pulumi up`.",',
];

const lines = (room: string): readonly string[] =>
  readdirSync(join(ROOT, "orchestration", room), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const path = `orchestration/${room}/${file}`;
      return readFileSync(join(ROOT, path), "utf8")
        .split("\n")
        .map((line) => `${path}: ${line.trim()}`);
    });

it.each(ROOMS)("%s knows no word of a dialect", (room) => {
  const found = lines(room).filter((line) => /replicated|ReleaseSequence|tfectl/i.test(line));
  expect(found.filter((line) => !ALLOWED.includes(line))).toEqual([]);
});

it("allows nothing that is not there any more", () => {
  const all = new Set(ROOMS.flatMap(lines));
  expect(ALLOWED.filter((line) => !all.has(line))).toEqual([]);
});
