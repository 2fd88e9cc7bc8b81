import type { Instance } from "../../model";
import { SINCE } from "../../releases";
import { serves } from "../phases";
import type { Output } from "../commands/command";

interface Check {
  readonly name: string;
  readonly about: string;
  /** Address that it asks, where it depends on the application's start. */
  readonly asks?: string;
  readonly until?: number;
}

const CHECKS: readonly Check[] = [
  { name: "Archivist", about: "checks that Archivist is up and healthy" },
  {
    name: "Terraform Enterprise",
    about: "checks that Terraform Enterprise is up and can communicate with Redis and Postgres",
    asks: "http://atlas.ptfe:9292/_health_check?full",
  },
  {
    name: "Terraform Enterprise Vault",
    about: "checks that Terraform Enterprise can connect to Vault and is able to encrypt and decrypt tokens",
    asks: "http://atlas.ptfe:9292/_health_check/_vault_token",
  },
  {
    name: "RabbitMQ",
    about: "checks that RabbitMQ can be connected to and that we can send and consume messages",
    until: SINCE.agent,
  },
  { name: "Vault Server", about: "checks that the configured Vault Server is healthy" },
];

/** `health-check` as its releases print it: a failing check says ERROR, not FAIL. */
export function healthReport(instance: Instance): Output {
  const { release } = instance.node;
  const checks = CHECKS.filter((check) => check.until === undefined || release < check.until);
  const failing = checks.filter((check) => check.asks !== undefined && !serves(instance));
  const blocks = checks.map((check) => {
    const error = `✗ ERROR: ${check.asks ?? ""} did not return a healthy status, 502`;
    const result = failing.includes(check) ? error : "✓ PASS";
    return `checking: ${check.name} Health Check...\n|  ${check.about}\n|- ${result}\n\n`;
  });
  const verdict = failing.length === 0 ? "  All checks passed." : `  ${failing.length} checks failed.`;
  return { exitCode: failing.length === 0 ? 0 : 1, stdout: `${blocks.join("")}${verdict}\n`, stderr: "" };
}
