import { AwsError, type RegionApi } from "../region/api";
import { text, type Params } from "./params";
import { wires, type Reply } from "./protocol";
import { headerText, type HttpRequest } from "./routing";
import type { Service } from "./service";

/** Answers one call of a service that has operations: all but S3. */
export function answerCall(
  region: RegionApi,
  service: Service,
  request: HttpRequest,
  requestId: string,
  log: (line: string) => void,
): Reply {
  const wire = wires[service.protocol];
  try {
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
