import { printedKeys } from "../../orchestration/adapters/nodeShell/consoleKeys";
import { engineError } from "../../orchestration/adapters/pulumi/failures";
import { parseOutputs } from "../../orchestration/adapters/pulumi/outputs";
import { loginRefusal, sshFailure } from "../../orchestration/adapters/nodeShell/sshFailure";
import { isCut } from "../../orchestration/adapters/nodeShell/ssmLongOutput";
import { literal } from "../../orchestration/adapters/notify/literal";
import { parseEntry } from "../../orchestration/adapters/reporters/schema/journal";
import { parseBuild, parseLease, parseRun } from "../../orchestration/adapters/runStore/runRecords";
import { parseDiskFree, parseHttpAnswer } from "../../orchestration/dialects/answers";
import { parseLicenceExpiry } from "../../orchestration/dialects/replicated/answers";
import * as fdo from "../../orchestration/dialects/fdo/answers";
import { BUNDLES as CONTAINER_BUNDLES } from "../../orchestration/dialects/fdo/bundles";
import {
  besidesApplication,
  JOBS as CONTAINER_JOBS,
  parseContainers as parseAllContainers,
  parseInspected,
} from "../../orchestration/dialects/fdo/containers";
import { failedChecks } from "../../orchestration/dialects/fdo/startupChecks";
import { parseUpgradeCheck } from "../../orchestration/dialects/fdo/upgradeCheck";
import { BUNDLES } from "../../orchestration/dialects/replicated/bundles";
import { parseHealthCheck } from "../../orchestration/dialects/replicated/healthCheck";
import { JOBS, parseContainers } from "../../orchestration/dialects/replicated/jobs";
import { parseWritten } from "../../orchestration/dialects/keepSettings";
import { parseInspection } from "../../orchestration/dialects/move/node";
import { parsePreparation } from "../../orchestration/dialects/preparation";
import { parseLeft } from "../../orchestration/dialects/retiring";
import { parseSettingNames, parseSettings } from "../../orchestration/dialects/settingDigests";
import { parseAppStatus, parseSystemStatus } from "../../orchestration/dialects/replicated/status";
import { workOf } from "../../orchestration/dialects/work";
import { recordedRelease } from "../../orchestration/domain/release";
import { oneLine, printable } from "../../orchestration/domain/text/printable";
import { reasonOf } from "../../orchestration/domain/text/reason";
import { code, plain } from "../../orchestration/domain/report/markdownText";
import { jsonDocument, lines } from "../../orchestration/domain/text/text";

/** What reads words from outside: a node, a transport, a tool, the run store. */
export interface Parser {
  readonly name: string;
  readonly read: (raw: string) => unknown;
  /** An answer that it understands, from which fuzzed ones are made. */
  readonly seed: string;
  /** Says what is wrong by throwing, as its callers expect; the others never throw. */
  readonly throws?: true;
}

/** A record of the run store is JSON first. */
const record = (parse: (value: unknown) => unknown) => (raw: string) => parse(JSON.parse(raw));

const STDERR =
  "ops@bastion: Permission denied (publickey).\r\nkex_exchange_identification: Connection closed by remote host\r\n";

/** Each parser of the product that is handed something that others wrote. */
export const PARSERS: readonly Parser[] = [
  { name: "lines", read: lines, seed: "a\u001b[31mb\u001b[0m\r\nc  \n" },
  {
    name: "jsonDocument",
    read: (raw) => jsonDocument(raw, (document) => document),
    seed: 'Warning: x\n{"a": ["\\"]"]}\n',
  },
  {
    name: "application status",
    read: parseAppStatus,
    seed: '[{"Sequence": 642, "State": "started", "DesiredState": "started", "IsTransitioning": false}]',
  },
  { name: "system status", read: parseSystemStatus, seed: '{"Replicated": "ready", "Retraced": "ready"}' },
  { name: "licence", read: parseLicenceExpiry, seed: '{"ID": "x", "ExpirationTime": "2031-01-02T03:04:05Z"}' },
  { name: "HTTP answer", read: parseHttpAnswer, seed: '{"postgres":"UP"}\n200' },
  { name: "disk", read: parseDiskFree, seed: "Avail\n61203283968\n" },
  {
    name: "health check",
    read: (raw) => parseHealthCheck(raw, 0),
    seed: "checking: Archivist Health Check...\n| ✓ PASS\n0 checks failed\n",
  },
  {
    name: "jobs",
    read: (raw) => {
      const containers = parseContainers(raw);
      return containers && workOf(containers, JOBS).jobs;
    },
    seed: "registry:5000/hashicorp/build-worker:now run-1\n",
  },
  {
    name: "settings",
    read: (raw) => parseSettings(raw, ["now", "built"]),
    seed: 'now = hostname "a"\nnow .\nbuilt - x\nbuilt .\n',
  },
  { name: "written secret", read: parseWritten, seed: '{"kept":["TFE_DATABASE_PASSWORD"]}' },
  { name: "inspection", read: parseInspection, seed: '{"unfit":[],"licence":"","authorities":"","differences":[]}' },
  {
    name: "what is left",
    read: parseLeft,
    seed: "unit a.service disabled inactive\ncontainer a/b:1 c\nprocesses 1\nend\n",
  },
  { name: "preparation", read: (raw) => parsePreparation(raw, recordedRelease), seed: '{"phase":"failed","why":"x"}' },
  {
    name: "bundle key",
    read: (raw) => BUNDLES.partsOf(raw),
    seed: "support-bundles/2026-01-01T00:00:00Z/10.0.1.1/replicated-support1.tar.gz",
  },
  { name: "setting names", read: parseSettingNames, seed: "TFE_A\nTFE_B\n.\n" },
  { name: "version", read: fdo.parseVersion, seed: "Terraform Enterprise 1.2.2\n" },
  { name: "image", read: fdo.releaseOfImage, seed: "registry:5000/hashicorp/terraform-enterprise:1.2.2@sha256:0" },
  { name: "version header", read: fdo.parseVersionHeader, seed: "HTTP/2 204\r\nX-TFE-Version: v202406-1\r\n" },
  {
    name: "readiness",
    read: fdo.parseReadiness,
    seed: '{"node": "a", "status": "ERROR", "checks": [{"check": "atlas", "status": "OK"}]}\n503',
  },
  {
    name: "diagnostics",
    read: fdo.parseDiagnosis,
    seed: '[{"status": "OK", "checks": [{"group": "tls", "status": "OK", "checks": [{"name": "a", "status": "OK"}]}]}]',
  },
  { name: "licence in a container", read: fdo.parseLicenceEnd, seed: "Expiration Time: 2031-01-02T03:04:05Z\n" },
  { name: "service", read: fdo.parseUnit, seed: "LoadState=loaded\nActiveState=inactive\n" },
  { name: "first boot", read: fdo.parseBootFailure, seed: "2026-11-27T01:00:00Z FAILED: no image: this node\n" },
  { name: "fetch", read: fdo.parseFetched, seed: `{"digest": "sha256:${"0".repeat(64)}", "seconds": 41}` },
  {
    name: "containers",
    read: (raw) => {
      const containers = parseAllContainers(raw);
      return containers && workOf(besidesApplication(containers, "a/b"), CONTAINER_JOBS).jobs;
    },
    seed: `${"a".repeat(64)} running hashicorp/tfc-agent:now run-1\n`,
  },
  { name: "container", read: parseInspected, seed: `${"a".repeat(64)} 0 running 0 a/terraform-enterprise:1.2.2\n` },
  {
    name: "startup checks",
    read: failedChecks,
    seed: '{"log":"check failed: name=license err=\\"x\\""}\nthe following startup checks failed: checks=["license"]\n',
  },
  {
    name: "pre-upgrade check",
    read: parseUpgradeCheck,
    seed: '{"exitCode":1,"output":"✗ tls\\n  ✗ ca_bundle\\n    why\\nStatus: ERROR | Checks: 1 Passed, 0 Warning, 1 Failed"}',
  },
  {
    name: "bundle key of a container",
    read: (raw) => CONTAINER_BUNDLES.partsOf(raw),
    seed: "support-bundles/2026-01-01T00:00:00Z/84ebea16aab1/84ebea16aab1-support-bundle-1.tar.gz",
  },
  { name: "OpenSSH", read: (raw) => sshFailure({ stderr: raw, alias: "i-1" }), seed: STDERR },
  {
    name: "console",
    read: printedKeys,
    seed: "-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8z root@x\n-----END SSH HOST KEY KEYS-----",
  },
  { name: "login", read: loginRefusal, seed: 'Please login as the user "ubuntu" rather than the user "root".\n' },
  {
    name: "reason",
    read: (raw) => reasonOf(raw, raw, 1),
    seed: "curl: (60) SSL\nadvice\nfailed to run commands: exit status 60",
  },
  { name: "cut mark", read: isCut, seed: "x\n--output truncated--" },
  { name: "printable", read: printable, seed: "a\u001b[2J\u202eb" },
  { name: "one line", read: oneLine, seed: "a\r\n b\u2028c" },
  { name: "Markdown", read: plain, seed: "![t](https://evil.example/p.png) @all" },
  { name: "Markdown code", read: code, seed: "a`b|c\\" },
  { name: "chat", read: literal, seed: "*a* `b` <!channel> https://evil.example" },
  {
    name: "journal entry",
    read: record(parseEntry),
    seed: '{"seq": 1, "at": 1, "event": "drain.proven", "instanceId": "i-1", "seconds": 9}',
    throws: true,
  },
  {
    name: "lease",
    read: record(parseLease),
    seed: '{"schema": 1, "token": 3, "runId": "run-1", "holder": "ann@ops", "acquiredAt": 1, "expiresAt": 2}',
    throws: true,
  },
  {
    name: "run",
    read: record(parseRun),
    seed: '{"schema": 1, "runId": "run-1", "operator": "ann@ops", "startedAt": 1}',
    throws: true,
  },
  {
    name: "build record",
    read: record(parseBuild),
    seed: '{"schema": 1, "token": 3, "runId": "run-1", "values": {}}',
    throws: true,
  },
  { name: "outputs", read: record((value) => parseOutputs("test", value)), seed: '{"groupName": "a"}', throws: true },
  {
    name: "Pulumi CLI",
    read: (output) => engineError({ args: ["up"], exitCode: 1, output, env: {} }),
    seed: "error: the stack is currently locked by 1 lock(s)\n created by ann@ops (pid 4711) at 2026-01-05T08:00:00Z",
  },
];

/** Pieces from which the worst inputs of a megabyte are made: each makes some way of reading quadratic. */
export const WORST: readonly string[] = [
  ...[
    "\u001b",
    "\u001b[",
    "\u001b]",
    "\u001b[0",
    "\r",
    "\n",
    "\r\n",
    " ",
    " \n",
    "\t",
    "x",
    "0",
    "x ",
    ". ",
    "-",
    "|",
    ":",
    "/",
    "@",
  ],
  ...[
    '"',
    '["',
    '{"a":',
    '\\"',
    "[\n",
    "{}",
    "é",
    "\ud83d",
    "_",
    "*",
    "`",
    "](",
    "www.",
    "https://",
    "error: ",
    "error:\n",
  ],
  ...[
    "checking: ",
    "✓ PASS",
    "now = a ",
    "now .\n",
    "failed to run commands: ",
    "failed to run commands: signal: a ",
    "curl: (1) ",
  ],
  ...["check failed: name=a err=", "checks=", " err=", "nodes live ", "  ✗ a\\n", "expir", "1.2.", "Status: ", "=\n"],
  ...["created by a@b ", "Connection to ", "a:", "1 checks failed ", "See '", "Load key ", "-"],
];

/** So many bytes that begin as the parser expects, go on with the piece, and end so that it is not what it seemed to be. */
export function worstOf(seed: string, piece: string, length: number): readonly string[] {
  const many = piece.repeat(Math.ceil(length / piece.length));
  return [`${seed.trimEnd()}${many}!`, `checking: x${many}/`];
}
