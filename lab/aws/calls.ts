import { AwsError, type RegionApi } from "../region/api";
import { text, type Params } from "./params";
import { wires, type Reply } from "./protocol";
import { headerText, type HttpRequest } from "./routing";
import type { Service } from "./service";

/** What goes with every request to wherever it is answered. */
export interface Reception {
  readonly requestId: string;
  readonly log: (line: string) => void;
  /** The error that it is answered with whatever it asks for. */
  readonly refusal: AwsError | undefined;
}

/** Answers one call of a service that has operations: all but S3. */
export function answerCall(
  region: RegionApi,
  service: Service,
  request: HttpRequest,
  { requestId, log, refusal }: Reception,
): Reply {
  const wire = wires[service.protocol];
  try {
    if (refusal) throw refusal;
    const params = wire.decode(request.body.toString("utf8"));
    const name = operationName(service, request, params);
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) {
      log(`not simulated: ${service.namespace} ${name}`);
      const { code, status } = service.unknownOperation;
      throw new AwsError(code, `The action ${name} is not valid for this web service.`, status);
    }
    return wire.encode(service, name, operation(region, params), requestId);
  } catch (error) {
    return wire.encodeError(service, toAwsError(error, log), requestId);
  }
}

/** Name of the operation that a request asks for; empty where it cannot be read. */
export function operationOf(service: Service, request: HttpRequest): string {
  try {
    return operationName(service, request, wires[service.protocol].decode(request.body.toString("utf8")));
  } catch {
    return "";
  }
}

function operationName(service: Service, { headers }: HttpRequest, params: Params): string {
  if (service.protocol !== "json") return text(params, "Action") ?? "";
  return headerText(headers, "x-amz-target")?.split(".")[1] ?? "";
}

/** An error that is not AWS's is a fault of the lab: a 500, which clients retry, and a line that shows it. */
export function toAwsError(error: unknown, log: (line: string) => void): AwsError {
  if (error instanceof AwsError) return error;
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new AwsError("InternalFailure", "The lab failed to answer", 500);
}
