/** A node of Terraform Enterprise on Replicated, as the rest of the program asks for it. */
export { serviceSettings } from "./settings";
export { encodeUserData } from "../boot";
export { missingDigests, sourcesOf } from "./sources";
export { renderUserData } from "./userData";
export { HEALTH_PATH } from "./healthPath";
