import { setTimeout as pause } from "node:timers/promises";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { RegionApi } from "../region/api";
import { grpcError } from "./failures";
import { packageMethods, resourceMethods, type ContextOf, type Method, type ResourceRequest } from "./methods";
import type { Package } from "./noun";
import { waitInRegion } from "./waiting";

export interface ServerOptions {
  /** The lab's clock, in milliseconds. */
  readonly now: () => number;
  /** Added to the environment of commands. */
  readonly env: NodeJS.ProcessEnv;
}

export interface PackageServer {
  readonly port: number;
  close(): Promise<void>;
}

/** How long closing waits for calls to answer that they were aborted. */
const CLOSE_WITHIN_MS = 2000;

/**
 * Serves a package to the Pulumi engine (`PULUMI_DEBUG_PROVIDERS`) on an ephemeral port of 127.0.0.1.
 * The engine may come and go; nothing is kept between its calls but the region.
 */
export async function servePackage(pack: Package, region: RegionApi, options: ServerOptions): Promise<PackageServer> {
  const running = new Set<AbortController>();
  const abortAll = (why: string): void => {
    for (const controller of running) controller.abort(new Error(why));
  };

  const contextOf: ContextOf = (request, signal) => {
    const seconds = request.getTimeout?.() ?? 0;
    return {
      region,
      urn: request.getUrn(),
      signal,
      env: options.env,
      timeoutMs: seconds > 0 ? seconds * 1000 : undefined,
      until: (pending, timeoutMs) => waitInRegion(region, options.now, signal, pending, timeoutMs),
    };
  };

  /** Brings the region to the present, runs the method, and turns what it throws into the engine's kind of error. */
  function unary<Request, Response>(method: Method<Request, Response>) {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const { request } = call;
      const controller = new AbortController();
      running.add(controller);
      call.on("cancelled", () => controller.abort(new Error("the engine has gone away")));
      Promise.resolve()
        .then(() => {
          region.advance(options.now());
          return method.handle(request, controller.signal);
        })
        .then((response) => callback(null, response))
        .catch((error: unknown) => {
          const subject = (request as Partial<ResourceRequest>).getUrn?.().split("::").slice(2).join(" ");
          const doing = subject === undefined ? method.doing : `${method.doing} ${subject}`;
          callback(grpcError(doing, error, method.secrets?.(request) ?? []), null);
        })
        .finally(() => running.delete(controller));
    };
  }

  const cancel: Method<Empty, Empty> = {
    doing: "cancelling",
    handle: () => {
      abortAll("cancelled");
      return new Empty();
    },
  };

  const [ofPackage, ofResources] = [packageMethods(pack, region), resourceMethods(pack, contextOf)];
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, {
    handshake: unary(ofPackage.handshake),
    attach: unary(ofPackage.attach),
    getPluginInfo: unary(ofPackage.getPluginInfo),
    getSchema: unary(ofPackage.getSchema),
    checkConfig: unary(ofPackage.checkConfig),
    diffConfig: unary(ofPackage.diffConfig),
    configure: unary(ofPackage.configure),
    invoke: unary(ofPackage.invoke),
    check: unary(ofResources.check),
    diff: unary(ofResources.diff),
    create: unary(ofResources.create),
    update: unary(ofResources.update),
    read: unary(ofResources.read),
    delete: unary(ofResources.delete),
    cancel: unary(cancel),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });

  return {
    port,
    async close() {
      abortAll("the lab has stopped");
      // Aborted calls answer when what they started has ended.
      const deadline = Date.now() + CLOSE_WITHIN_MS;
      while (running.size > 0 && Date.now() < deadline) await pause(10);
      // An idle engine keeps its connection open: it is not waited for.
      server.forceShutdown();
    },
  };
}
