import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { serveProviders } from "../../../lab/provider";
import type { RegionApi } from "../../../lab/region/api";
import { faultDeeds } from "../../../lab/faults/course";
import { createRegion } from "../../../lab/region/region";

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Properties = Record<string, JavaScriptValue>;

export const secret = (value: JavaScriptValue): JavaScriptValue => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A resource as the engine's state has it. */
export interface Recorded {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface DiffAnswer {
  readonly changes: boolean;
  readonly diffs: string[];
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  readonly detailed: Record<string, string>;
}

const KIND_NAMES = Object.fromEntries(Object.entries(proto.PropertyDiff.Kind).map(([name, kind]) => [kind, name]));

type Callback<T> = (error: ServiceError | null, response: T) => void;

function call<T>(start: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));
}

const struct = (properties: Properties): Struct => Struct.fromJavaScript(properties);

const plain = (given: Struct | undefined): Properties => given?.toJavaScript() ?? {};

/** What the engine asks of a provider, in its order: a check before anything else. */
export function engineOf(port: number) {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const urnOf = (type: string, name: string): string => `urn:pulumi:test::tfe::${type}::${name}`;

  async function check(urn: string, news: Properties, olds: Properties = {}) {
    const request = new proto.CheckRequest().setUrn(urn).setNews(struct(news)).setOlds(struct(olds));
    const response = await call<proto.CheckResponse>((done) => client.check(request, done));
    const failures = response.getFailuresList().map((each) => [each.getProperty(), each.getReason()]);
    return { inputs: plain(response.getInputs()), failures };
  }

  async function checked(urn: string, news: Properties, olds?: Properties): Promise<Properties> {
    const { inputs, failures } = await check(urn, news, olds);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return inputs;
  }

  return {
    client,
    urnOf,
    check,

    async create(type: string, name: string, properties: Properties, timeoutSeconds = 0): Promise<Recorded> {
      const urn = urnOf(type, name);
      const inputs = await checked(urn, properties);
      const request = new proto.CreateRequest().setUrn(urn).setProperties(struct(inputs)).setTimeout(timeoutSeconds);
      const response = await call<proto.CreateResponse>((done) => client.create(request, done));
      return { urn, id: response.getId(), inputs, outputs: plain(response.getProperties()) };
    },

    async previewCreate(type: string, name: string, properties: Properties): Promise<Properties> {
      const inputs = await checked(urnOf(type, name), properties);
      const request = new proto.CreateRequest()
        .setUrn(urnOf(type, name))
        .setProperties(struct(inputs))
        .setPreview(true);
      return plain((await call<proto.CreateResponse>((done) => client.create(request, done))).getProperties());
    },

    async diff(was: Recorded, properties: Properties, ignoreChanges: string[] = []): Promise<DiffAnswer> {
      const request = new proto.DiffRequest()
        .setUrn(was.urn)
        .setId(was.id)
        .setOlds(struct(was.outputs))
        .setOldInputs(struct(was.inputs))
        .setNews(struct(await checked(was.urn, properties, was.inputs)))
        .setIgnorechangesList(ignoreChanges);
      const response = await call<proto.DiffResponse>((done) => client.diff(request, done));
      const detailed: Record<string, string> = {};
      response.getDetaileddiffMap().forEach((each, path) => {
        detailed[path] = KIND_NAMES[each.getKind()] ?? "";
      });
      return {
        changes: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
        diffs: response.getDiffsList(),
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
        detailed,
      };
    },

    async update(
      was: Recorded,
      properties: Properties,
      ignoreChanges: string[] = [],
      preview = false,
    ): Promise<Recorded> {
      const inputs = await checked(was.urn, properties, was.inputs);
      const request = new proto.UpdateRequest()
        .setUrn(was.urn)
        .setId(was.id)
        .setOlds(struct(was.outputs))
        .setOldInputs(struct(was.inputs))
        .setNews(struct(inputs))
        .setIgnorechangesList(ignoreChanges)
        .setPreview(preview);
      const response = await call<proto.UpdateResponse>((done) => client.update(request, done));
      return { ...was, inputs, outputs: plain(response.getProperties()) };
    },

    /** As in a refresh; for an import give no inputs and outputs. Undefined: the resource is gone. */
    async read(was: Recorded): Promise<Recorded | undefined> {
      const request = new proto.ReadRequest()
        .setUrn(was.urn)
        .setId(was.id)
        .setProperties(struct(was.outputs))
        .setInputs(struct(was.inputs));
      const response = await call<proto.ReadResponse>((done) => client.read(request, done));
      if (response.getId() === "") return undefined;
      return { ...was, inputs: plain(response.getInputs()), outputs: plain(response.getProperties()) };
    },

    async delete(was: Recorded): Promise<void> {
      const request = new proto.DeleteRequest().setUrn(was.urn).setId(was.id).setProperties(struct(was.outputs));
      await call<Empty>((done) => client.delete(request, done));
    },

    async invoke(token: string): Promise<Properties> {
      const request = new proto.InvokeRequest().setTok(token).setArgs(struct({}));
      return plain((await call<proto.InvokeResponse>((done) => client.invoke(request, done))).getReturn());
    },

    /** A create whose caller is gone a moment later: calls `leave` to go. */
    abandonedCreate(type: string, name: string, inputs: Properties): { leave(): void } {
      const request = new proto.CreateRequest().setUrn(urnOf(type, name)).setProperties(struct(inputs));
      const active = client.create(request, () => undefined);
      return { leave: () => active.cancel() };
    },

    cancel: () => call<Empty>((done) => client.cancel(new Empty(), done)),
  };
}

export type Engine = ReturnType<typeof engineOf>;

export interface ProvidedRegion {
  readonly region: RegionApi;
  readonly aws: Engine;
  readonly command: Engine;
  /** Lab time between two looks at the clock. */
  pace(ms: number): void;
  close(): Promise<void>;
}

/** A new region behind real provider servers, on a clock that moves a little with every look at it. */
export async function serveRegion(env: NodeJS.ProcessEnv = {}): Promise<ProvidedRegion> {
  const region = createRegion({ faults: faultDeeds });
  let now = region.state.now;
  let step = 0;
  const providers = await serveProviders(region, { now: () => (now += step), env });
  const [aws, command] = [engineOf(providers.aws), engineOf(providers.command)];
  return {
    region,
    aws,
    command,
    pace: (ms) => {
      step = ms;
    },
    async close() {
      aws.client.close();
      command.client.close();
      await providers.close();
    },
  };
}
