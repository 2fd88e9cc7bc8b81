import type { Instance, RegionState } from "../../model";
import { InstallError } from "../kind";
import { refusedSecret } from "../secretAccess";
import { heredoc, scriptOf, variable } from "../userData";
import { composeIn } from "./compose";
import { digestNow, loginOf, loginRefusal, pullRefusal, releaseIn } from "./images";
import { secretEnvironment, variablesIn } from "./environment";

/** Whether a script of user data makes the application a container. */
export const isContainerScript = (script: string): boolean =>
  heredoc(script, "CONTAINERS") !== undefined || composeIn(script) !== undefined;

/** What the script sets on the node before it pulls. Throws InstallError with what it would say. */
export function readContainerScript(state: RegionState, instance: Instance): void {
  const { node } = instance;
  const script = scriptOf(instance);
  const compose = composeIn(script);
  if (compose) {
    node.image = { runtime: "docker", reference: compose.image, digest: undefined };
    node.release = releaseIn(compose.image) ?? 0;
    for (const arn of compose.certificates) readArn(state, arn);
    node.settings = compose.environment((arn) => readArn(state, arn), instance.privateIp);
    node.builtSettings = { ...node.settings };
    return;
  }
  const runtime = variable(script, "RUNTIME") === "podman" ? "podman" : "docker";
  const reference = variable(script, "IMAGE") ?? "";
  node.image = { runtime, reference, digest: undefined };
  node.release = releaseIn(reference) ?? 0;
  for (const name of ["TLS_CERTIFICATE_SECRET_ARN", "TLS_KEY_SECRET_ARN"]) readSecret(state, script, name);
  const environment = {
    ...secretEnvironment(readSecret(state, script, "SETTINGS_SECRET_ARN")),
    ...variablesIn(heredoc(script, "ENVIRONMENT") ?? "{}", "the environment"),
    TFE_LICENSE: readSecret(state, script, "LICENSE_SECRET_ARN"),
    TFE_VAULT_CLUSTER_ADDRESS: `https://${instance.privateIp}:8201`,
  };
  node.settings = environment;
  node.builtSettings = { ...environment };
}

const readSecret = (state: RegionState, script: string, name: string): string =>
  readArn(state, variable(script, name) ?? "");

function readArn(state: RegionState, arn: string): string {
  const refused = refusedSecret(state, arn);
  if (refused !== undefined) throw new InstallError(refused.trim());
  const text = state.secrets[arn] ?? "";
  if (text !== "") return text;
  throw new InstallError(`FAILED: the secret ${arn} is empty: this node will not start Terraform Enterprise`);
}

/** Logs in and pulls. Why that failed, in the runtime's words; undefined: the image is there. */
export function pullImage(state: RegionState, instance: Instance): string | undefined {
  const { image } = instance.node;
  if (!image) return undefined;
  const login = loginOf(scriptOf(instance));
  const refused = loginRefusal(state, login) ?? pullRefusal(state, instance, image.reference);
  if (refused !== undefined) return refused;
  image.digest = digestNow(state, image.reference);
  return undefined;
}
