import { beginning, oneLine } from "../text/printable";
import { lines } from "../text/text";

/** Bounds on what is quoted of a log, in characters and lines. */
const LONGEST = 400;
const MOST_LINES = 3;

/** The secret part of a signed address: who has it may read the object. */
const SIGNED = /(\/_?archivist\/v1\/object\/|[?&](?:token|signature|X-Amz-[\w-]+)=)[^\s"']+/gi;

/** Terraform frames its errors. */
const FRAME = /[╷│╵]/g;

/** Known causes by the words of the run, each with what is to be done about it. */
const CAUSES: readonly (readonly [words: RegExp, cause: string])[] = [
  [
    /x509|certificate signed by unknown authority|failed to verify certificate/i,
    "Runs do not trust a certificate: the bundle of authorities (tfe:caBundleSecretArn) must hold the whole chain, and the release must pass it on to the runs",
  ],
  [
    /pull access denied|failed to pull|error pulling|manifest unknown|image .*not found/i,
    "The image in which runs are executed cannot be pulled: check its name, its registry and the nodes' access to it",
  ],
  [
    /proxyconnect|no such host|i\/o timeout|connection refused|context deadline exceeded|network is unreachable/i,
    "Runs do not reach an address: check DNS, the proxy and the list of what goes past it (tfe:noProxy)",
  ],
  [
    /could not (?:query|retrieve) .*provider|failed to (?:query|install) .*provider|registry service/i,
    "Runs do not reach the registry of providers: check the proxy, or mirror the providers",
  ],
  [/unauthorized|token.*expired|401/i, "A token was rejected: renew it where the message says"],
  [
    /no space left on device/i,
    "The node's disk is full: free space on the node, or use a larger volume (tfe:rootVolumeGb)",
  ],
];

/** What a failure's own words mean, in a sentence; undefined: not known. */
export const causeOf = (words: string): string | undefined => CAUSES.find(([pattern]) => pattern.test(words))?.[1];

/** The run's own words in the end of its log, on one line; undefined: it says nothing. */
export function wordsIn(log: string): string | undefined {
  const printed = lines(log)
    .flatMap((line) => lines(structured(line)))
    .map((line) => line.replace(FRAME, "").trim())
    .filter((line) => line !== "");
  const first = printed.findLastIndex((line) => /^(?:error\b|operation failed)/i.test(line));
  const said = first < 0 ? printed.slice(-1) : printed.slice(first, first + MOST_LINES);
  return said.length === 0 ? undefined : quoted(said.join(" "));
}

/** Words of others, as they may be written down: on one line, with a bound, and without the secret part of an address. */
export const quoted = (words: string): string => beginning(oneLine(words.replace(SIGNED, "$1…")), LONGEST);

/** Newer releases write a log of JSON, one object per line. */
function structured(line: string): string {
  const text = line.trim();
  if (!text.startsWith("{")) return line;
  try {
    const { "@level": level, "@message": message } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof message !== "string") return line;
    return level === "error" && !/^error/i.test(message) ? `Error: ${message}` : message;
  } catch {
    return line;
  }
}
