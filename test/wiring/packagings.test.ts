import { parseConfig } from "../../infra/config/index";
import { dialectOf, PACKAGINGS } from "../../orchestration/wiring/packagings";
import { policyFrom } from "../../orchestration/wiring/policy";
import { REGISTRY_SECRET_ARN } from "../support/fdoBoot";
import { CONTAINER, rawConfig, SECRET_ARNS } from "../support/stackConfig";

const configured = (change: Parameters<typeof rawConfig>[0]) => parseConfig(rawConfig(change));

test("the tag of an image decides which dialect the nodes are spoken to in", () => {
  expect(dialectOf(configured({})).packaging).toBe("replicated");
  expect(dialectOf(configured(CONTAINER)).packaging).toBe("fdo");
  const airgap = {
    airgapPackageUrl: "s3://packages/tfe.airgap",
    airgapInstallerUrl: "s3://packages/replicated.tar.gz",
  };
  expect(dialectOf(configured({ releaseSequence: undefined, ...airgap })).packaging).toBe("replicated");
  expect(PACKAGINGS).toEqual(["replicated", "fdo"]);
});

test("before an outage it is shown that a new node's secrets can be read: that of the registry too", () => {
  const { bootProof } = policyFrom(
    configured({
      ...CONTAINER,
      imageRepository: "registry.example.com/tfe",
      registrySecretArn: REGISTRY_SECRET_ARN,
      environment: '{"TFE_TLS_ENFORCE":"true"}',
    }),
    undefined,
  );
  expect(bootProof).toMatchObject({
    secretArns: [
      SECRET_ARNS.settings,
      SECRET_ARNS.license,
      SECRET_ARNS.tlsCertificate,
      SECRET_ARNS.tlsKey,
      REGISTRY_SECRET_ARN,
    ],
    // A running node pulls the image; nothing else is fetched.
    sources: [],
    missingDigests: [],
    settings: { secretArn: SECRET_ARNS.settings, given: ["TFE_TLS_ENFORCE"] },
  });
});
