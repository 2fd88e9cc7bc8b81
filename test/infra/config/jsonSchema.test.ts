import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { currentSchema } from "../../../build/writeFiles";
import { CONFIG_KEYS } from "../../../infra/config/index";
import { ROOT } from "../../support/root";

const schema = JSON.parse(readFileSync(join(ROOT, "schema/stack.schema.json"), "utf8")) as {
  readonly properties: {
    readonly config: { readonly properties: Readonly<Record<string, object>>; readonly required: readonly string[] };
  };
};
const reader = z.fromJSONSchema(schema as object as Parameters<typeof z.fromJSONSchema>[0]);
const example = parse(readFileSync(join(ROOT, "Pulumi.example.yaml"), "utf8")) as {
  readonly config: Readonly<Record<string, unknown>>;
};
const accepts = (change: Readonly<Record<string, unknown>>): boolean =>
  reader.safeParse({ config: { ...example.config, ...change } }).success;

it("is what `npm run docs:project` writes", () => {
  expect(schema).toEqual(currentSchema());
});

it("has every key of the program, and asks for those that have no default", () => {
  const { properties, required } = schema.properties.config;
  expect(
    Object.keys(properties)
      .filter((key) => key.startsWith("tfe:"))
      .sort(),
  ).toEqual(CONFIG_KEYS.map((key) => `tfe:${key}`).sort());
  expect([...required].sort()).toEqual([
    "tfe:hostname",
    "tfe:image",
    "tfe:licenseSecretArn",
    "tfe:tlsCertificateSecretArn",
    "tfe:tlsKeySecretArn",
  ]);
});

it("accepts the example, whose first line leads editors to it", () => {
  expect(accepts({})).toBe(true);
  expect(readFileSync(join(ROOT, "Pulumi.example.yaml"), "utf8").split("\n")[0]).toBe(
    "# yaml-language-server: $schema=./schema/stack.schema.json",
  );
});

it.each<[string, Record<string, unknown>, boolean]>([
  ["a number in quotes, as Pulumi writes it", { "tfe:nodeCount": "2" }, true],
  ["too many nodes", { "tfe:nodeCount": 6 }, false],
  ["a misspelt key", { "tfe:instnceType": "m5.large" }, false],
  ["a key of another package", { "random:thing": { a: 1 } }, true],
  ["something else than an image", { "tfe:image": "image-1" }, false],
  ["a word that is no choice", { "tfe:transport": "telnet" }, false],
  ["an address with a password", { "tfe:proxyUrl": "http://a:b@proxy.example.com" }, false],
  ["subnets as text", { "tfe:nodeSubnetIds": "subnet-1" }, false],
  ["no number", { "tfe:rootVolumeGb": "large" }, false],
])("of %s", (_, change, fits) => {
  expect(accepts(change)).toBe(fits);
});
