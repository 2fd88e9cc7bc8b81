import { gzipSync } from "node:zlib";
import { readStackFile } from "../../infra/config/index";
import { ambiguities, groupEntries } from "../../orchestration/init/fromGroup";
import { stackFileText } from "../../orchestration/init/stackFile";
import { readUserData } from "../../orchestration/init/userData/read";
import { FLEET } from "./fleet";

/** Values that must reach neither a terminal nor a file. */
const PLANTED = "pl4nted-s3cret";

const arn = (name: string): string => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}-AbCdEf`;
const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
const json = (value: unknown): string => base64(JSON.stringify(value));

const SETTINGS = {
  hostname: { value: "tfe.example.com" },
  enc_password: { value: PLANTED },
  pg_netloc: { value: "db.example.internal:5432" },
  pg_password: { value: PLANTED },
  redis_pass: { value: PLANTED },
  s3_bucket: { value: "example-tfe-data" },
};
const CONF = { ReleaseSequence: 610, TlsBootstrapHostname: "tfe.example.com", LicenseFileLocation: "/etc/tfe.rli" };

/** The vendor's first module, for nodes on Replicated: documents in base64, secrets by ARN. */
const VENDOR_MODULE = `#!/usr/bin/env bash
set -euo pipefail
sudo echo "${json(SETTINGS)}" | sudo base64 -d > $tfe_settings_path
echo "${json(CONF)}" | base64 -d > /etc/replicated.conf
certificate_data_b64=$(get_base64_secrets ${arn("example-certificate-pem")})
key_data_b64=$(get_base64_secrets ${arn("example-private-key-pem")})
ca_certificate_data_b64=$(get_base64_secrets ${arn("example-ca-bundle")})
license=$(get_base64_secrets ${arn("example-tfe-license")})
$install_pathname fast-timeouts http-proxy=http://proxy.example.com:3128 private-address="$ip" | tee -a $log_pathname
`;

/** The vendor's current module, for nodes with a container: a heredoc that the shell expands. */
const HVD = `#!/usr/bin/env bash
TFE_CONFIG_DIR="/etc/tfe"
TFE_SETTINGS_PATH="$TFE_CONFIG_DIR/docker-compose.yaml"
  cat > "$TFE_SETTINGS_PATH" << EOF
services:
  tfe:
    image: images.releases.hashicorp.com/hashicorp/terraform-enterprise:v202503-1
    environment:
      TFE_HOSTNAME: tfe.example.com
      TFE_OPERATIONAL_MODE: active-active
      TFE_LICENSE: $TFE_LICENSE
      TFE_ENCRYPTION_PASSWORD: $TFE_ENCRYPTION_PASSWORD
      TFE_DATABASE_HOST: db.example.internal:5432
      TFE_DATABASE_USER: tfe
      TFE_DATABASE_PASSWORD: ${PLANTED}
      TFE_DATABASE_PARAMETERS: sslmode=require # as the vendor asks
      TFE_OBJECT_STORAGE_S3_BUCKET: example-tfe-data
      TFE_REDIS_PASSWORD: "${PLANTED}"
      TFE_VAULT_CLUSTER_ADDRESS: https://$VM_PRIVATE_IP:8201
      TFE_NEW_THING: ${PLANTED}
EOF
  retrieve_license_from_awssm "${arn("example-tfe-license")}"
  retrieve_certs_from_awssm "${arn("example-tfe-tls-cert-base64")}" "$TFE_TLS_CERTS_DIR/cert.pem"
  retrieve_certs_from_awssm "${arn("example-tfe-tls-privkey-base64")}" "$TFE_TLS_CERTS_DIR/key.pem"
  retrieve_certs_from_awssm "${arn("example-tfe-tls-ca-bundle-base64")}" "$TFE_TLS_CERTS_DIR/bundle.pem"
  TFE_ENCRYPTION_PASSWORD=$(aws secretsmanager get-secret-value --secret-id "${arn("example-tfe-encryption")}")
  docker compose --file $TFE_SETTINGS_PATH up --detach
`;

const PLAIN = `#!/bin/bash -ex
secret ${arn("prod/tfe/settings")} > /etc/ptfe-settings.json
secret ${arn("prod/one")} | base64 -d > /etc/tfe.rli
secret ${arn("prod/two")} > /etc/tfe-tls/tls.crt
secret ${arn("prod/three")} > /etc/tfe-tls/tls.key
cat > /etc/replicated.conf <<EOF
{
  "TlsBootstrapHostname": "tfe.example.com",
  "ReleaseSequence": 610
}
EOF
`;

const COMPOSE = `services:
  tfe:
    image: "registry.example.com/hashicorp/terraform-enterprise:1.2.2"
    environment:
      - TFE_HOSTNAME=tfe.example.com
      - TFE_DATABASE_PASSWORD=${PLANTED}
      - TFE_CAPACITY_CONCURRENCY=20
`;

/** cloud-config whose file is packed and encoded, over several lines. */
const CLOUD_CONFIG = `#cloud-config
write_files:
  - path: /etc/tfe/compose.yaml
    encoding: gz+b64
    content: |
      ${(base64(gzipSync(COMPOSE)).match(/.{1,76}/g) ?? []).join("\n      ")}
runcmd:
  - docker compose -f /etc/tfe/compose.yaml up -d
`;

const POD = `#!/bin/bash
cat > /etc/tfe/pod.yaml <<EOF
spec:
  containers:
    - name: tfe
      image: images.releases.hashicorp.com/hashicorp/terraform-enterprise:1.1.3
      env:
        - name: TFE_HOSTNAME
          value: tfe.example.com
        - name: TFE_DATABASE_PASSWORD
          value: "${PLANTED}"
        - name: TFE_CAPACITY_MEMORY
          value: "4096"
EOF
podman kube play /etc/tfe/pod.yaml
`;

const INPUTS = {
  "the vendor's module": base64(VENDOR_MODULE),
  "the vendor's current module, in gzip": base64(gzipSync(HVD)),
  "a script of one's own": base64(PLAIN),
  "cloud-config": base64(CLOUD_CONFIG),
  "a pod": base64(POD),
};

describe("user data", () => {
  it("of the vendor's module", () => {
    expect(readUserData(INPUTS["the vendor's module"])).toEqual({
      readable: true,
      release: { kind: "sequence", sequence: "610" },
      runtime: "docker",
      hostname: "tfe.example.com",
      environment: {},
      namesRelease: true,
      inClear: ["enc_password", "pg_password", "redis_pass"],
      secrets: {
        tlsCertificateSecretArn: [arn("example-certificate-pem")],
        tlsKeySecretArn: [arn("example-private-key-pem")],
        caBundleSecretArn: [arn("example-ca-bundle")],
        licenseSecretArn: [arn("example-tfe-license")],
      },
      databaseHost: "db.example.internal",
      bucket: "example-tfe-data",
      proxy: "http://proxy.example.com:3128",
      airgapped: false,
    });
  });

  it("of the vendor's current module: its script's own variables are none of the container's, and what is unknown counts as secret", () => {
    const { environment, ...facts } = readUserData(INPUTS["the vendor's current module, in gzip"]);
    expect(environment).toEqual({
      TFE_DATABASE_HOST: "db.example.internal:5432",
      TFE_DATABASE_USER: "tfe",
      TFE_DATABASE_PARAMETERS: "sslmode=require",
      TFE_OBJECT_STORAGE_S3_BUCKET: "example-tfe-data",
    });
    expect(facts).toMatchObject({
      release: {
        kind: "image",
        repository: "images.releases.hashicorp.com/hashicorp/terraform-enterprise",
        tag: "v202503-1",
      },
      hostname: "tfe.example.com",
      inClear: ["TFE_DATABASE_PASSWORD", "TFE_REDIS_PASSWORD", "TFE_NEW_THING"],
      secrets: {
        licenseSecretArn: [arn("example-tfe-license")],
        tlsCertificateSecretArn: [arn("example-tfe-tls-cert-base64")],
        tlsKeySecretArn: [arn("example-tfe-tls-privkey-base64")],
        caBundleSecretArn: [arn("example-tfe-tls-ca-bundle-base64")],
      },
      databaseHost: "db.example.internal",
    });
  });

  it("of a script of one's own: a secret's use is in the line where its name says nothing", () => {
    expect(readUserData(INPUTS["a script of one's own"])).toMatchObject({
      release: { kind: "sequence", sequence: "610" },
      secrets: {
        settingsSecretArn: [arn("prod/tfe/settings")],
        licenseSecretArn: [arn("prod/one")],
        tlsCertificateSecretArn: [arn("prod/two")],
        tlsKeySecretArn: [arn("prod/three")],
      },
    });
  });

  it("of cloud-config, with a file that is packed and encoded over several lines", () => {
    expect(readUserData(INPUTS["cloud-config"])).toMatchObject({
      release: { kind: "image", repository: "registry.example.com/hashicorp/terraform-enterprise", tag: "1.2.2" },
      hostname: "tfe.example.com",
      environment: { TFE_CAPACITY_CONCURRENCY: "20" },
      inClear: ["TFE_DATABASE_PASSWORD"],
    });
  });

  it("of a pod on Podman", () => {
    expect(readUserData(INPUTS["a pod"])).toMatchObject({
      release: { kind: "image", tag: "1.1.3" },
      runtime: "podman",
      environment: { TFE_CAPACITY_MEMORY: "4096" },
      inClear: ["TFE_DATABASE_PASSWORD"],
    });
  });

  it.each([
    ["settings in base64", `echo "${json({ enc_password: { value: "abc123" }, hostname: "tfe" })}"`, ["enc_password"]],
    ["a Compose file", "  TFE_REDIS_PASSWORD: hunter22\n  TFE_HOSTNAME: tfe", ["TFE_REDIS_PASSWORD"]],
    ["a variable of a script", 'export DB_PASSWORD="hunter22"', ["DB_PASSWORD"]],
    ["a variable that the script fills", "TFE_ENCRYPTION_PASSWORD: $TFE_ENCRYPTION_PASSWORD", []],
    ["a place in Secrets Manager", `settings_secret_arn="${arn("x")}"`, []],
    ["files and kinds", '{"TlsBootstrapKey": "/etc/tls.key", "DaemonAuthenticationType": "anonymous"}', []],
    ["a switch", '"redis_use_password_auth": {"value": "1"}', []],
  ])("with %s names what is in clear, and never a value", (_, script, names) => {
    expect(readUserData(base64(script)).inClear).toEqual(names);
    expect(readUserData(base64(gzipSync(script))).inClear).toEqual(names);
  });

  it.each([
    ['"ReleaseSequence": 610', true],
    ['"ReleaseSequence": 0', false],
    ["image: images.releases.hashicorp.com/hashicorp/terraform-enterprise:v202503-1", true],
    ["image: cp.icr.io/cp/ibm-terraform/ibm-terraform:2.0.0", true],
    ["image: registry.example.com/terraform-enterprise:latest", false],
    [`image: registry.example.com/terraform-enterprise@sha256:${"a".repeat(64)}`, true],
    ["echo hello", false],
  ])("with %s says whether it names a release", (script, named) => {
    expect(readUserData(base64(script)).namesRelease).toBe(named);
  });

  it.each([
    ["none", ""],
    ["bytes that are no text", base64(Buffer.from([0, 1, 2, 255, 254]))],
    ["gzip that is cut off", base64(gzipSync(HVD).subarray(0, 40))],
    ["an archive that grows without end", base64(gzipSync(Buffer.alloc(64 * 1024 * 1024)))],
    ["a script about something else", base64("#!/bin/sh\necho hello\n")],
  ])("that is %s finds nothing, and fails at nothing", (_, userData) => {
    const found = readUserData(userData);
    expect([found.release, found.hostname, found.environment, found.secrets]).toEqual([undefined, undefined, {}, {}]);
  });
});

const textOf = (userData: string, fleet = FLEET, chosen = {}): string =>
  stackFileText({
    stack: "production",
    schema: "./s.json",
    about: [],
    entries: groupEntries(fleet, readUserData(userData), chosen),
  });

describe("the stack's file of a running fleet", () => {
  it.each(Object.entries(INPUTS))("of %s has no secret in it", (_, userData) => {
    expect(Buffer.from(userData, "base64").length).toBeGreaterThan(100);
    expect(textOf(userData)).not.toContain(PLANTED);
  });

  it("has each value with where it is from, and each gap as a question", () => {
    const text = textOf(INPUTS["the vendor's current module, in gzip"]);
    expect(readStackFile(text)).toMatchObject({
      "aws:region": "eu-central-1",
      "tfe:imageTag": "v202503-1",
      "tfe:image": "ami-0123456789abcdef0",
      "tfe:nodeCount": "0",
      "tfe:nodeSubnetIds": '["subnet-1","subnet-2"]',
      "tfe:securityGroupIds": '["sg-1"]',
      "tfe:instanceProfile": "example-tfe",
      "tfe:instanceRoleArn": "arn:aws:iam::123456789012:role/example-tfe",
      "tfe:targetGroupArn": FLEET.targets[0]?.arn,
      "tfe:databaseId": "example-tfe",
      "tfe:bucket": "example-tfe-data",
      "tfe:licenseSecretArn": arn("example-tfe-license"),
    });
    expect(text).toMatch(/deregistration delay 300 s, which is\s+(?:# )?part of every outage/);
    expect(text).toContain("# TODO Which secret has the settings of the application as JSON?");
    expect(text).toContain("TFE_DATABASE_PASSWORD");
  });

  it("asks for the release where the user data names none: a new node would install the newest", () => {
    const unpinned = VENDOR_MODULE.replace(json(CONF), json({ ...CONF, ReleaseSequence: undefined }));
    expect(unpinned).not.toBe(VENDOR_MODULE);
    const text = textOf(base64(unpinned));
    expect(readStackFile(text)["tfe:releaseSequence"]).toBeUndefined();
    expect(text).toContain("# TODO Which release do the nodes run?");
  });

  it("leaves open what is ambiguous, with what there is to choose from, and takes what was chosen", () => {
    const more = base64(`${PLAIN}secret ${arn("prod/tfe/old-license")} > /etc/old\n`);
    expect(readStackFile(textOf(more))["tfe:licenseSecretArn"]).toBeUndefined();
    expect(textOf(more)).toContain(arn("prod/tfe/old-license"));
    expect(ambiguities(FLEET, readUserData(more)).map(({ key, values }) => [key, values])).toEqual([
      ["licenseSecretArn", [arn("prod/one"), arn("prod/tfe/old-license")]],
    ]);
    const chosen = { secrets: { licenseSecretArn: arn("prod/one") } };
    expect(readStackFile(textOf(more, FLEET, chosen))["tfe:licenseSecretArn"]).toBe(arn("prod/one"));
  });

  it("takes the target group that users open, and asks where there are two", () => {
    const [target] = FLEET.targets;
    if (!target) throw new Error("no target group");
    const other = { ...target, arn: `${target.arn}0` };
    const two = { ...FLEET, targets: [target, other] };
    expect(readStackFile(textOf("", two))["tfe:targetGroupArn"]).toBeUndefined();
    expect(ambiguities(two, readUserData("")).map(({ key }) => key)).toEqual(["targetGroupArn"]);
    expect(readStackFile(textOf("", two, { targetGroupArn: other.arn }))["tfe:targetGroupArn"]).toBe(other.arn);
    const beside = { ...FLEET, targets: [{ ...other, port: 8446 }, target] };
    expect(readStackFile(textOf("", beside))["tfe:targetGroupArn"]).toBe(target.arn);
  });

  it("asks for what AWS does not say", () => {
    const bare = { ...FLEET, template: { ...FLEET.template, image: undefined, roleArn: undefined }, databases: [] };
    const values = readStackFile(textOf(INPUTS["the vendor's module"], bare));
    for (const key of ["tfe:image", "tfe:instanceRoleArn", "tfe:databaseId"]) expect(values[key]).toBeUndefined();
    expect(textOf(INPUTS["the vendor's module"], bare)).toContain("Its host is db.example.internal.");
  });
});
