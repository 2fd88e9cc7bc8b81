/**
 * What a secret looks like, wherever it stands: in the value of a setting, in a message of the engine. Pure.
 * The patterns are also read by `jq` on a node, so they use only what both engines of regular expressions know.
 */

/** A pattern and its flags. What its first group matches is no part of the secret. */
export type SecretPattern = readonly [source: string, flags: "" | "i"];

const SECRET_WORD = "token|secret|passw(?:or)?d|passphrase|pass|pwd|pw|auth|credentials?|sig|signature";

/** What may stand before such a word in a name. */
const NAME = "[A-Za-z0-9_.-]{0,60}";

/** Bounds keep the time linear, whatever the text is. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  [String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*`, ""],
  // User name and password of a URL; a token alone; a password with slashes in it, which is not a port.
  [String.raw`(\/\/)(?:[^\s\/?#@"':]{0,200}:[^\s\/?#@"']{0,400}|[^\s\/?#@"':]{16,400})(?=@)`, ""],
  [String.raw`(\/\/)[^\s\/:@]{0,200}:(?![0-9]{1,5}[\/?#])[^\s"']{1,400}(?=@)`, ""],
  // The same without a scheme. Lists of ciphers and digests of images have an @ of their own.
  [
    String.raw`(^|[\s"'=,;(])[^\s\/:@"'=,;(]{0,200}:[^\s\/:@"'][^\s\/@"']{0,400}(?=@(?!SECLEVEL|STRENGTH|sha[0-9]+:)[A-Za-z0-9_.\[-])`,
    "",
  ],
  // `password=…` and its like: connection strings, queries of signed addresses.
  [String.raw`((?:^|[?&;,\s"'{(])${NAME}(?:key|${SECRET_WORD})=)[^&;,\s"']+`, "i"],
  [String.raw`("(?:[A-Za-z0-9_.-]{1,60}key|${NAME}(?:${SECRET_WORD}))"\s{0,9}:\s{0,9}")[^"]+`, "i"],
  [String.raw`(authorization["']?\s{0,9}[:=]\s{0,9}["']?(?:(?:bearer|basic|token)\s{1,9})?)[^\s"']+`, "i"],
  // Ids of access keys of AWS; tokens of Vault, Terraform, GitHub, GitLab and Slack; JSON web tokens.
  [String.raw`(^|[^A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}`, ""],
  [String.raw`(^|[^A-Za-z0-9])hv[sbr]\.[A-Za-z0-9_-]{20,}`, ""],
  [String.raw`[A-Za-z0-9]{10,60}\.atlasv1\.[A-Za-z0-9]{20,}`, ""],
  [String.raw`(^|[^A-Za-z0-9])(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-)[A-Za-z0-9_-]{10,}`, ""],
  [String.raw`(^|[^A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,400}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`, ""],
  [String.raw`(hooks\.slack\.com\/services\/)[A-Za-z0-9_\/-]+`, ""],
];

const READ = SECRET_PATTERNS.map(([source, flags]) => new RegExp(source, flags));
const REPLACED = SECRET_PATTERNS.map(([source, flags]) => new RegExp(source, `g${flags}`));

/** Whether the value holds something that looks like a secret, whatever it is the value of. */
export const looksSecret = (value: string): boolean => READ.some((pattern) => pattern.test(value));

/** The text with everything that looks like a secret replaced. */
export const withoutSecrets = (text: string): string =>
  REPLACED.reduce((clean, pattern) => clean.replace(pattern, keepFirstGroup), text);

const keepFirstGroup = (_match: string, first: unknown): string => `${typeof first === "string" ? first : ""}[secret]`;

/** Words in the names of what holds secrets. */
const SECRET_NAME =
  /(?:^|_)(?:pass(?:word|wd|phrase)?|pwd?|secrets?|tokens?|cred(?:ential)?s?|keys?|auth|dsn)(?:_|$)|(?:key|password|passwd|secret|token)$/i;

/** Whether the name of a setting, or of a variable, says that it holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);
