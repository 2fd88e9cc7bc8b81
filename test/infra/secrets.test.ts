import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { isSecretName, looksSecret, SECRET_PATTERNS, withoutSecrets } from "../../infra/secrets";

const SECRETS = [
  "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
  "postgres://tfe:hunter2@db.example.com/tfe",
  "redis://:hunter2@cache:6379",
  "//tfe:hunter2@cache:6379",
  "postgres://tfe:hun/ter2@db/tfe",
  "https://0123456789abcdef0123@github.com/x",
  "tfe:hunter2@db.example.com:5432",
  "u:p@h",
  "host=db password=hunter2",
  "sslmode=require&sslpassword=hunter2",
  "https://blob.example.com/c?sv=2020&sig=hunter2",
  "https://logs.example.com/in?api_key=hunter2",
  "DefaultEndpointsProtocol=https;AccountKey=hunter2==",
  '{"client_secret": "hunter2"}',
  "Authorization: Bearer hunter2",
  "id AKIAIOSFODNN7EXAMPLE",
  "ASIAIOSFODNN7EXAMPLE",
  "hvs.CAESIJhunter2hunter2hunter2",
  "ghp_hunter2hunter2hunter2hunter2",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.hunter2",
  "https://hooks.slack.com/services/T0/B0/hunter2",
];

const NONE = [
  "",
  "10",
  "tls_1_2_tls_1_3",
  "sslmode=require",
  "db.example.com:5432",
  "https://proxy.example:3128",
  "https://mirror.example:8443/tfe@v1",
  "s3.eu-central-1.amazonaws.com",
  "10.0.0.0/8, 192.168.0.0/16",
  "ECDHE-RSA-AES128-GCM-SHA256:!aNULL:@STRENGTH",
  "ECDHE+AESGCM:DHE+AESGCM@SECLEVEL=1",
  "registry.example.com:5000/tfe/agent@sha256:0123456789abcdef",
  "hashicorp/build-worker:now",
  "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "auth/approle",
  "admin@example.com",
];

it.each(SECRETS)("%j holds a secret, and nothing of it is left", (value) => {
  expect(looksSecret(value)).toBe(true);
  expect(withoutSecrets(`before ${value} after`)).not.toMatch(/hunter|ter2|MIIE|0123456789abcdef|OSFODNN|u:p@/);
});

it.each(NONE)("%j holds none, and is left as it is", (value) => {
  expect(looksSecret(value)).toBe(false);
  expect(withoutSecrets(value)).toBe(value);
});

it("keeps what stands around a secret", () => {
  expect(withoutSecrets("cannot reach https://tfe:hunter2@db.example.com:5432/tfe?sig=abc&x=1")).toBe(
    "cannot reach https://[secret]@db.example.com:5432/tfe?sig=[secret]&x=1",
  );
});

it.each([
  "PULUMI_ACCESS_TOKEN",
  "api_key",
  "AWS_SECRET_ACCESS_KEY",
  "pg_password",
  "ldap_bind_pw",
  "smtp_auth",
  "apikey",
])("%s is the name of a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
});

it.each(["PATH", "capacity_memory", "HOME", "keyboard", "author", "tokenizer"])("%s is not", (name) => {
  expect(isSecretName(name)).toBe(false);
});

/** One call of jq for all values: it judges them as it does on a node. */
function judgedByJq(values: readonly string[]): unknown {
  const program = "[.[] as $value | any($patterns[]; . as $pattern | $value | test($pattern[0]; $pattern[1]))]";
  const { stdout, stderr } = spawnSync(
    "jq",
    ["-c", "--argjson", "patterns", JSON.stringify(SECRET_PATTERNS), program],
    { input: JSON.stringify(values), encoding: "utf8" },
  );
  return stdout === "" ? stderr : JSON.parse(stdout);
}

const hasJq = spawnSync("jq", ["--version"]).status === 0;

(hasJq ? it : it.skip)("jq on a node judges as this does", () => {
  const pieces = fc.constantFrom(
    "u",
    ":",
    "@",
    "/",
    "=",
    "key",
    "password",
    " ",
    "&",
    "?",
    "AKIA",
    "0123456789AB",
    '"',
    "://",
    ".",
    "x1",
    "\n",
    "é",
    "[",
  );
  const arbitrary = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join("")),
    fc.string({ unit: "grapheme" }),
  );
  const values = [...SECRETS, ...NONE, ...fc.sample(arbitrary, { numRuns: 300, seed: 7 })];
  const judged = judgedByJq(values) as readonly boolean[];
  expect(values.filter((value, at) => judged[at] !== looksSecret(value))).toEqual([]);
});

it("takes linear time", () => {
  for (const piece of ["a:", "://", "key", "x=", '"', "eyJ", "-----BEGIN ", "@", ":@", "://a:", "authorization: "]) {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    const start = performance.now();
    withoutSecrets(text);
    expect([piece, performance.now() - start < 1000]).toEqual([piece, true]);
  }
});
