import { RepaveError } from "../../domain/errors";
import { describeFit, fitNow } from "../../domain/window/fitting";
import { printable } from "../../domain/text/printable";
import { moment, plural } from "../../domain/text/words";
import { ROOM_BYTES } from "../../upgrade/checks/runStore";
import { failed, type Finding, type Found, ok, unchecked } from "../finding";
import type { Row } from "../row";
import type { Seeing } from "../world";

/** The run store, the windows in which runs may start, and the receivers of notices. */
export const RECORD_ROWS: readonly Row[] = [
  { id: "store", title: "run store", fix: "npm run runs -- --help", look: storeOf },
  { id: "windows", title: "windows", fix: "docs/patching.md says how tfe:windows is written", look: windowsOf },
  { id: "notifications", title: "notifications", fix: "npm run doctor -- --notify", look: noticesOf },
];

async function storeOf(world: Seeing): Promise<Finding> {
  world.known();
  const sight = world.store();
  const { where, store } = sight;
  // Of a bucket without credentials there is nothing to say that the row of the identity does not.
  if (where.startsWith("s3://")) await world.who();
  try {
    await store.makeSureOfRoom(ROOM_BYTES);
    await sight.tryLock();
  } catch (thrown) {
    const fix =
      thrown instanceof RepaveError && thrown.code === "JOURNAL_UNWRITABLE" && unwritable(thrown.detail, where);
    if (!fix) throw thrown;
    return failed(`cannot be written: ${thrown.detail}`, fix);
  }
  const [runs, lease] = await Promise.all([store.list(), store.lease()]);
  const now = world.runTime();
  const held = lease !== undefined && lease.expiresAt >= now;
  const lock = held ? `held by ${lease.holder} until ${moment(lease.expiresAt, now)}` : "free";
  return ok(`${where}: writes, reads and locks; ${plural(runs.length, "run")}; the stack's lease is ${lock}`);
}

/** The command or edit for a store that cannot be written, by the words of the system or of S3. "": no one in particular. */
function unwritable(detail: string, where: string): string {
  if (/ENOSPC|EDQUOT/.test(detail)) return `free disk space: df -h ${where}`;
  if (/EACCES|EPERM|EROFS/.test(detail)) return `make it writable for this user: ls -ld ${where}`;
  if (detail.includes("NoSuchBucket")) return `aws s3 mb ${/^s3:\/\/[^/]+/.exec(where)?.[0] ?? where}`;
  return /AccessDenied/.test(detail) ? "npm run iam-policy" : "";
}

function windowsOf(world: Seeing): Promise<Finding> {
  const calendar = world.known().calendar();
  const now = world.runTime();
  const fit = fitNow(calendar, now, 0);
  const words = describeFit(fit, calendar);
  if (!fit.fits && fit.next === undefined)
    return Promise.resolve(failed(words, `correct tfe:windows and tfe:freeze in ${world.known().file}`));
  return Promise.resolve(ok(words));
}

async function noticesOf(world: Seeing): Promise<readonly Found[]> {
  const { file } = world.known();
  const { receivers, problems } = world.receivers();
  const broken = problems.map((problem) => failed(problem, `set tfe:notifyWebhookSecretArn in ${file}`));
  const names = receivers.map(({ name }) => name).join(", ");
  if (receivers.length === 0) return broken.length > 0 ? broken : [ok("none configured")];
  if (!world.notify) return [...broken, unchecked(`${names}: \`--notify\` sends a test`)];
  const tested = await Promise.all(
    receivers.map(async (receiver) => {
      const { name } = receiver;
      try {
        await receiver.test(world.signal);
        return { subject: name, ...ok("took the test") };
      } catch (thrown) {
        const why = thrown instanceof Error ? printable(thrown.message) : "it failed";
        return { subject: name, ...failed(why, `correct the receiver ${name} (tfe:notify… in ${file})`) };
      }
    }),
  );
  return [...broken, ...tested];
}
