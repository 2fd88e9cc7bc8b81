/** Outputs of the node's commands as documented or printed by real nodes, and the noise that comes with them. */

export const HEALTHY = `checking: Archivist Health Check...
|  checks that Archivist is up and healthy
|- ✓ PASS

checking: Terraform Enterprise Health Check...
|  checks that Terraform Enterprise is up and can communicate with Redis and Postgres
|- ✓ PASS

checking: Vault Server Health Check...
|  checks that the configured Vault Server is healthy
|- ✓ PASS

  All checks passed.
`;

export const WITHOUT_REDIS = `checking: Archivist Health Check...
|  checks that Archivist is up and healthy
|- ✓ PASS

checking: Terraform Enterprise Health Check...
|  checks that Terraform Enterprise is up and can communicate with Redis and Postgres
|- ✗ ERROR: http://atlas.ptfe:9292/_health_check?full did not return a healthy status, 500

checking: Terraform Enterprise Vault Health Check...
|  checks that Terraform Enterprise can connect to Vault and is able to encrypt and decrypt tokens
|- ✗ ERROR: http://atlas.ptfe:9292/_health_check/_vault_token did not return a healthy status, 500

2 checks failed.
`;

export const APP_STATUS = JSON.stringify([
  {
    AppID: "218b78fa2bd6f0044c6a1010a51d5852",
    Sequence: 642,
    PatchSequence: 0,
    State: "started",
    DesiredState: "started",
    Error: "",
    IsCancellable: false,
    IsTransitioning: false,
    LastModifiedAt: "2022-08-07T21:15:11.650385151Z",
  },
]);

export const STRAY_LINES = [
  "Error parsing config file: json: cannot unmarshal string into Go struct field Params.ReleaseSequence of type int",
  "WARNING: Error loading config file: /root/.docker/config.json: permission denied",
  "[WARN] terminal is not fully functional",
  '{"level":"info","msg":"connected"}',
  "the input device is not a TTY",
  "",
];
