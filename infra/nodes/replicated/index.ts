/** A node of Terraform Enterprise on Replicated, as the rest of the program asks for it. */
export { serviceSettings } from "./settings";
export { encodeUserData } from "../boot";
export { missingDigests, sourcesOf } from "./sources";
export { renderUserData } from "./userData";

/** What load balancer and orchestrator ask whether the application answers. */
export const HEALTH_PATH = "/_health_check";
