/**
 * The definition of the application's container for each runtime. The node adds the variables. Pure. It is written as JSON, which is
 * valid YAML and has one way to quote. Source: the vendor's pages on Docker and Podman (developer.hashicorp.com/terraform/enterprise/deploy).
 */

export const RUNTIMES = ["docker", "podman"] as const;
export type ContainerRuntime = (typeof RUNTIMES)[number];

/** Ports inside the container: under Podman the vendor takes those that need no privilege. */
export const PORTS = {
  docker: { http: 80, https: 443, admin: 8443 },
  podman: { http: 8080, https: 8443, admin: 9443 },
} as const satisfies Record<ContainerRuntime, { http: number; https: number; admin: number }>;

/** The nodes' own: Vault's cluster, and where each publishes its system API, for the node itself alone. */
const VAULT_PORT = 8201;
const LOOPBACK = "127.0.0.1";

/** Where certificate, key and authorities are, in the container. */
export const CERTIFICATES = "/etc/ssl/private/terraform-enterprise";

/** Where runs keep what they download. The name is the runtime's own for the volume, whatever project or pod it is in. */
export const CACHE = { volume: "terraform-enterprise-cache", path: "/var/cache/tfe-task-worker" } as const;

/** The application's container, by one name under either runtime's own rules. */
export const NAMES = { project: "terraform-enterprise", service: "tfe" } as const;

export interface ContainerArgs {
  readonly image: string;
  /** Ports of the metrics, where the stack switches them on. */
  readonly metricsPorts: readonly number[];
}

/** A Compose file. The node adds `environment`. */
export function composeFile({ image, metricsPorts }: ContainerArgs): object {
  const { http, https, admin } = PORTS.docker;
  return {
    services: {
      [NAMES.service]: {
        image,
        container_name: NAMES.project,
        restart: "unless-stopped",
        // Longer than Docker's own ten seconds. A node is stopped when it is idle; this is for one that is not.
        stop_grace_period: "30s",
        cap_add: ["IPC_LOCK"],
        read_only: true,
        tmpfs: ["/tmp:mode=01777", "/run", "/var/log/terraform-enterprise"],
        ports: [
          `80:${http}`,
          `443:${https}`,
          `${VAULT_PORT}:${VAULT_PORT}`,
          `${LOOPBACK}:${admin}:${admin}`,
          ...metricsPorts.map((port) => `${port}:${port}`),
        ],
        volumes: [
          { type: "bind", source: "/var/run/docker.sock", target: "/run/docker.sock" },
          { type: "bind", source: "/etc/tfe/tls", target: CERTIFICATES, read_only: true },
          { type: "volume", source: CACHE.volume, target: `${CACHE.path}/terraform` },
        ],
      },
    },
    volumes: { [CACHE.volume]: { name: CACHE.volume } },
  };
}

/** A pod as `podman kube play` takes it. The node adds `env` to its one container. */
export function podFile({ image, metricsPorts }: ContainerArgs): object {
  const { http, https, admin } = PORTS.podman;
  const inMemory = { emptyDir: { medium: "Memory" } };
  const mounts = {
    certificates: { mountPath: CERTIFICATES, from: { hostPath: { path: "/etc/tfe/tls", type: "Directory" } } },
    log: { mountPath: "/var/log/terraform-enterprise", from: inMemory },
    run: { mountPath: "/run", from: inMemory },
    tmp: { mountPath: "/tmp", from: inMemory },
    socket: { mountPath: "/run/docker.sock", from: { hostPath: { path: "/run/podman/podman.sock", type: "Socket" } } },
    cache: { mountPath: `${CACHE.path}/terraform`, from: { persistentVolumeClaim: { claimName: CACHE.volume } } },
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: NAMES.project, labels: { app: NAMES.project } },
    spec: {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: NAMES.service,
          image,
          ports: [
            { containerPort: http, hostPort: 80 },
            { containerPort: https, hostPort: 443 },
            { containerPort: VAULT_PORT, hostPort: VAULT_PORT },
            { containerPort: admin, hostPort: admin, hostIP: LOOPBACK },
            ...metricsPorts.map((port) => ({ containerPort: port, hostPort: port })),
          ],
          securityContext: {
            capabilities: { add: ["CAP_IPC_LOCK", "CAP_AUDIT_WRITE"] },
            readOnlyRootFilesystem: true,
            seLinuxOptions: { type: "spc_t" },
          },
          volumeMounts: Object.entries(mounts).map(([name, { mountPath }]) => ({ name, mountPath })),
        },
      ],
      volumes: Object.entries(mounts).map(([name, { from }]) => ({ name, ...from })),
    },
  };
}
