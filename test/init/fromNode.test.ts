import { FDO } from "../../orchestration/dialects/fdo";
import { REPLICATED } from "../../orchestration/dialects/replicated";
import type { Settings } from "../../orchestration/domain/settings";
import { groupEntries } from "../../orchestration/init/fromGroup";
import { nodeFacts } from "../../orchestration/init/fromNode";
import { readUserData } from "../../orchestration/init/userData/read";
import { FLEET } from "./fleet";

const digest = { digest: "a".repeat(64) };
const plain = (values: Readonly<Record<string, string>>): Settings =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { plain: value }]));

const onReplicated = (settings: Settings, release?: { readonly releaseSequence: number }) =>
  nodeFacts({
    instanceId: "i-0aaa",
    packaging: "replicated",
    release,
    settings,
    facts: REPLICATED.facts.settings,
  });

const inContainer = (settings: Settings) =>
  nodeFacts({ instanceId: "i-0aaa", packaging: "fdo", release: undefined, settings, facts: FDO.facts.settings });

describe("what a node has of settings", () => {
  it("is what was set: no default, nothing generated, and nothing that each build sets", () => {
    const { plain: kept, plainKey } = onReplicated({
      ...plain({
        hostname: "tfe.example.com",
        production_type: "external",
        capacity_concurrency: "10",
        capacity_memory: "4096",
        custom_image_tag: "registry.example.com/worker:3",
        pg_extra_params: "",
      }),
      root_secret: digest,
    });
    expect([plainKey, kept]).toEqual([
      "appConfig",
      { capacity_memory: "4096", custom_image_tag: "registry.example.com/worker:3" },
    ]);
  });

  it("has secrets by name alone", () => {
    const facts = onReplicated({ enc_password: digest, pg_extra_params: digest, ...plain({ pg_user: "tfe" }) });
    expect(facts.secrets).toEqual(["enc_password", "pg_extra_params"]);
    expect(facts.plain).toEqual({ pg_user: "tfe" });
  });

  it("leads to its services", () => {
    const replicated = onReplicated(
      plain({ hostname: "tfe.example.com", pg_netloc: "db.example.internal:5432", s3_bucket: "objects" }),
    );
    const container = inContainer(
      plain({
        TFE_HOSTNAME: "tfe.example.com",
        TFE_DATABASE_HOST: "db.example.internal:5432",
        TFE_OBJECT_STORAGE_S3_BUCKET: "objects",
      }),
    );
    for (const facts of [replicated, container])
      expect(facts).toMatchObject({
        hostname: "tfe.example.com",
        databaseHost: "db.example.internal",
        bucket: "objects",
      });
  });

  it("is given to a container as variables, but for those that the build sets", () => {
    const { plainKey, plain: kept } = inContainer(
      plain({
        TFE_HOSTNAME: "tfe.example.com",
        TFE_DISK_CACHE_PATH: "/x",
        TFE_RUN_PIPELINE_IMAGE: "registry.example.com/agent:3",
        TFE_CAPACITY_CONCURRENCY: "10",
      }),
    );
    expect([plainKey, kept]).toEqual(["environment", { TFE_RUN_PIPELINE_IMAGE: "registry.example.com/agent:3" }]);
  });
});

describe("the stack file of a group whose node was asked", () => {
  const silent = readUserData(Buffer.from("#!/bin/sh\nexec /opt/boot\n").toString("base64"));
  const settings = {
    ...plain({
      hostname: "tfe.example.com",
      pg_netloc: "db.example.internal:5432",
      s3_bucket: "objects",
      pg_user: "tfe",
    }),
    enc_password: digest,
    pg_password: digest,
  };
  const node = onReplicated(settings, { releaseSequence: 610 });
  const entry = (key: string, written?: string) =>
    groupEntries(FLEET, silent, written === undefined ? {} : { written }, node).find((each) => each.key === key);

  it("has what user data did not say, with where it comes from", () => {
    expect(entry("releaseSequence")).toMatchObject({ value: "610" });
    expect(entry("hostname")).toEqual({
      key: "hostname",
      value: "tfe.example.com",
      comment: "From the node i-0aaa.",
    });
    expect(entry("bucket")).toEqual({ key: "bucket", value: "objects", comment: "From the node i-0aaa." });
    expect(entry("databaseId")).toMatchObject({
      value: "example-tfe",
      comment: "The database whose host the node i-0aaa has (db.example.internal).",
    });
    expect(entry("appConfig")).toMatchObject({
      value: { pg_netloc: "db.example.internal:5432", pg_user: "tfe", s3_bucket: "objects" },
    });
  });

  it("names the secrets that are to be kept, until a node has written them", () => {
    expect(entry("settingsSecretArn")).toMatchObject({
      comment: expect.stringContaining("The nodes have enc_password, pg_password.") as string,
    });
    expect(entry("settingsSecretArn")).not.toHaveProperty("value");
    const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe-repave/production/settings-a1b2c3";
    expect(entry("settingsSecretArn", arn)).toMatchObject({
      value: arn,
      comment: expect.stringContaining("the node i-0aaa wrote enc_password, pg_password into it") as string,
    });
  });
});
