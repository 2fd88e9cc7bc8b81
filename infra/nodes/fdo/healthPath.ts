/**
 * What load balancer and orchestrator ask whether the application answers. Pure. Sources: the vendor's release notes of 1.2.0, 1.2.1 and
 * 2.0.0 (developer.hashicorp.com/terraform/enterprise/releases).
 */
import { compareImageTags } from "./imageTag";

/** Answers from the first release on; 2.0 answers it with 410. */
const OLD = "/_health_check";

/** 1.2.0 has it too, and answers it with 301 where a request does not name the installation's host, as those of load balancers do. */
const READINESS = { path: "/api/v1/health/readiness", since: "1.2.1" } as const;

/** The path on which a node of the release answers 200 while it serves, whatever host the request names. */
export const healthPath = (tag: string): string => (compareImageTags(tag, READINESS.since) < 0 ? OLD : READINESS.path);
