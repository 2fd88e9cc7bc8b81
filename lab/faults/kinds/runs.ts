import type { FaultEffect } from "../../region/model";
import type { Entry } from "../entry";

/** What goes wrong in a fleet whose nodes are healthy: with its runs, or by its alarms. A gate that asks the nodes alone passes. */
export const RUN_FAULTS = {
  "runs-pending": {
    does: "From the start of the first new node on, no worker takes a run: every run stays pending.",
    standsFor: "workers that do not trust the certificate of a custom authority, or cannot reach the queue",
    when: "started",
    for: "ever",
    effect: () => ({ kind: "runs-pending" }),
  },
  "plan-errors": {
    does: "From the start of the first new node on, every run of the application's API fails in Terraform itself.",
    standsFor: "a release, or a provider, with which plans no longer work",
    when: "started",
    for: "ever",
    times: "any",
    effect: failing("Error: Failed to load plugin schemas"),
  },
  "agent-unpullable": {
    does: "From the start of the first new node on, the image in which runs are executed cannot be pulled.",
    standsFor: "a private registry that the new release does not log in to",
    when: "started",
    for: "ever",
    times: "any",
    effect: failing(
      "Operation failed: failed to pull image registry.example.com/tfc-agent:now: pull access denied, repository does not exist or may require authorization",
    ),
  },
  "certificate-unknown": {
    does: "From the start of the first new node on, runs do not trust the application's certificate.",
    standsFor: "a custom authority that is missing in the bundle, as after a move between packagings",
    when: "started",
    for: "ever",
    times: "any",
    effect: failing(
      'Error: Failed to download configuration: Get "https://tfe.lab.example/_archivist/v1/object/dmF1bHQ6djE6bGFi": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
  },
  "smoke-token-expired": {
    does: "From the start of the first new node on, the application's API rejects every token.",
    standsFor: "a token that has expired or was revoked in the night",
    when: "started",
    for: "ever",
    times: "any",
    effect: () => ({ kind: "api-answers", status: 401 }),
  },
  "api-unavailable": {
    does: "For two minutes from the start of the first new node on, the application's API answers 502.",
    standsFor: "services behind the application's front that come up later than its health check says",
    when: "started",
    for: 120,
    times: "any",
    effect: () => ({ kind: "api-answers", status: 502 }),
  },
  "alarm-raised": {
    does: "Five minutes after the start of the first new node the alarm tfe-unanswered goes to ALARM, for half an hour.",
    standsFor: "trouble that the site's own monitoring sees and no health check does",
    when: "started",
    after: 300,
    for: 1800,
    effect: () => ({ kind: "alarm-raised" }),
  },
} as const satisfies Readonly<Record<string, Entry>>;

function failing(words: string): () => FaultEffect {
  return () => ({ kind: "runs-fail", words });
}
