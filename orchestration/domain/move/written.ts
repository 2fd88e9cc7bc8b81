/** A node wrote the secret settings of the new nodes. Which they are is in the plan. */
export interface SecretsWritten {
  readonly event: "secrets.written";
  readonly hop: number;
  readonly instanceId: string;
  readonly secretArn: string;
}
