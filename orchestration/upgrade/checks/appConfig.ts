import type { FleetSeen } from "../observe";
import { address } from "../sight";
import { acceptable, type Check, type CheckContext } from "./check";

/** What was set on the nodes by hand is not forgotten by the repave. */
export const APP_CONFIG_CHECKS: readonly Check[] = [
  acceptable(
    "app-config",
    "the nodes' settings agree with each other and with the stack",
    "Put the settings that were changed ad hoc into `tfe:appConfig`, or change them back: the new build knows only the stack's.",
    appConfigDrift,
  ),
];

/** Names keys, never values: some settings are secrets. */
async function appConfigDrift({ ports }: CheckContext, seen: FleetSeen): Promise<string | undefined> {
  const settings = await Promise.all(
    seen.nodes.map(async ({ instance }) => ({ instance, values: await ports.tfe.appConfig(address(instance)) })),
  );
  const keys = [...new Set(settings.flatMap(({ values }) => Object.keys(values)))].sort();
  const apart = keys.filter((key) => new Set(settings.map(({ values }) => values[key])).size > 1);
  const lost = Object.entries(seen.outputs.appConfig).flatMap(([key, wanted]) =>
    settings.filter(({ values }) => values[key] !== wanted).map(({ instance }) => `${key} on ${instance.id}`),
  );
  const sentences = [
    ...(apart.length > 0 ? [`the nodes differ in ${apart.join(", ")}`] : []),
    ...(lost.length > 0 ? [`the stack has another value for ${lost.join(", ")}`] : []),
  ];
  return sentences.join("; ") || undefined;
}
