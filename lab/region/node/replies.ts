import type { Reply } from "./kind";

/** What the dependencies of the application are to its old health check. */
const DEPENDENCIES = JSON.stringify({ postgres: "UP", redis: "UP", vault: "UP" });

/** The front of the application answers before the services behind it do. */
export const BAD_GATEWAY: Reply = { status: 502, body: "<html><head><title>502 Bad Gateway</title></head></html>\n" };
export const NOT_FOUND: Reply = { status: 404, body: "not found\n" };
export const FRONT_PAGE: Reply = { status: 200, body: "<html><title>Terraform Enterprise</title></html>\n" };

/** `/_health_check`, of an application that serves: with `full=1` what it depends on. */
export const healthCheck = (query: string | undefined): Reply => ({
  status: 200,
  body: new URLSearchParams(query).has("full") ? DEPENDENCIES : "OK",
});
