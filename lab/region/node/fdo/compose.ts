import { parse } from "yaml";
import { z } from "zod";
import { InstallError } from "../kind";
import { writtenTo } from "../userData";

/** A Compose file as a script of somebody else's writes it: the shell expands the script's variables in it. */
export interface Compose {
  readonly image: string;
  /** Secrets of certificates, by ARN. */
  readonly certificates: readonly string[];
  /** ARN of the licence, with which it logs in as well. */
  readonly licenceArn: string;
  /** The variables of the container on a node. `read` takes the ARN of a secret. */
  environment(read: (arn: string) => string, privateIp: string): Record<string, string>;
}

const DOCUMENT = z.object({
  services: z.object({
    tfe: z.object({
      image: z.string(),
      environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  }),
});

/** Undefined: the script writes no Compose file. Throws InstallError where Compose could not read it. */
export function composeIn(script: string): Compose | undefined {
  const text = writtenTo(script, "$TFE_SETTINGS_PATH");
  if (text === undefined) return undefined;
  const parsed = DOCUMENT.safeParse(parse(text));
  if (!parsed.success) throw new InstallError(`yaml: ${z.prettifyError(parsed.error)}`);
  const { image, environment } = parsed.data.services.tfe;
  const licenceArn = argument(script, "retrieve_license_from_awssm");
  return {
    image,
    certificates: [...script.matchAll(/^ *retrieve_certs_from_awssm "([^"]+)"/gm)].map(([, arn = ""]) => arn),
    licenceArn,
    environment(read, privateIp) {
      const variables: Readonly<Record<string, string>> = {
        $TFE_LICENSE: read(licenceArn),
        $TFE_ENCRYPTION_PASSWORD: read(argument(script, "TFE_ENCRYPTION_PASSWORD=.*--secret-id")),
        $VM_PRIVATE_IP: privateIp,
      };
      const expanded = (value: string): string =>
        Object.entries(variables).reduce((all, [name, text]) => all.replaceAll(name, text), value);
      return Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, expanded(String(value ?? ""))]),
      );
    },
  };
}

/** The quoted word after a command of the script. */
const argument = (script: string, command: string): string =>
  new RegExp(`^ *${command} "([^"]+)"`, "m").exec(script)?.[1] ?? "";
