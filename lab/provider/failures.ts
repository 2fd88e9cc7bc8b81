import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { AwsError } from "../region/api";
import { encode } from "./marshal";
import type { Path, Props } from "./value";

/** The resource exists, but not as it was asked for: the engine records what there is, and the next update tries again. */
export class ResourceFailed extends Error {
  override readonly name = "ResourceFailed";
  constructor(
    override readonly cause: unknown,
    readonly id: string,
    readonly outputs: Props,
  ) {
    super(messageOf(cause));
  }
}

/** AWS errors in the words of the SDK that the real provider uses: code first. */
function messageOf(error: unknown): string {
  if (error instanceof AwsError) return `api error ${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** What the engine shows: what was being done, to what, and why it failed. */
export function grpcError(doing: string, error: unknown, secrets: readonly Path[]): ServiceError {
  const message = `${doing}: ${messageOf(error)}`;
  const metadata = new Metadata();
  if (error instanceof ResourceFailed) {
    const detail = new ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(encode(error.outputs, secrets));
    detail.setReasonsList([message]);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const answer = new Status();
    answer.setCode(status.UNKNOWN);
    answer.setMessage(message);
    answer.addDetails(any);
    // Where gRPC carries structured error details.
    metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  }
  return Object.assign(new Error(message), { code: status.UNKNOWN, details: message, metadata });
}
