import type { Instance } from "../model";
import { serves } from "./phases";

const DEPENDENCIES = JSON.stringify({ postgres: "UP", redis: "UP", vault: "UP" });
const BAD_GATEWAY = { status: 502, body: "<html><head><title>502 Bad Gateway</title></head></html>\n" };

/**
 * What the application answers to a request. While its services start, its front answers 502; else, when it is not there,
 * nothing listens. A draining or drained node answers as any other.
 */
export function answer(instance: Instance, path: string): { status: number; body: string } | undefined {
  if (instance.state !== "running") return undefined;
  const { phase } = instance.node;
  if (phase === "migrating" || phase === "starting") return BAD_GATEWAY;
  if (!serves(instance)) return undefined;
  const [place, query] = path.split("?");
  if (place === "/_health_check") {
    return { status: 200, body: new URLSearchParams(query).has("full") ? DEPENDENCIES : "OK" };
  }
  if (place === "/") return { status: 200, body: "<html><title>Terraform Enterprise</title></html>\n" };
  return { status: 404, body: "not found\n" };
}
