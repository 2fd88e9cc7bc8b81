/** What load balancer and orchestrator ask whether the application answers. */
export const HEALTH_PATH = "/_health_check";
