import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { RegionApi } from "../region/api";
import { check } from "./inputs";
import { create, read, update } from "./lifecycle";
import { decode, encode } from "./marshal";
import { carryOut } from "./updateFaults";
import type { Context, Noun, Package } from "./noun";
import { diff, previewCreate, previewUpdate, type Diffed } from "./planning";
import { canonical, type Path } from "./value";

/** A request about one resource, as all of them look. */
export interface ResourceRequest {
  getUrn(): string;
  getTimeout?(): number;
}

export type ContextOf = (request: ResourceRequest, signal: AbortSignal) => Context;

/** One method of the service `pulumirpc.ResourceProvider`. */
export interface Method<Request, Response> {
  /** For error messages: "creating". */
  readonly doing: string;
  handle(request: Request, signal: AbortSignal): Response | Promise<Response>;
  /** Where the request carries secrets that an error's details may carry too. */
  secrets?(request: Request): readonly Path[];
}

const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
const { Kind } = proto.PropertyDiff;

const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** Type of a URN (`urn:pulumi:stack::project::parent$type::name`): the last of the chain. */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

const method = <Request, Response>(given: Method<Request, Response>): Method<Request, Response> => given;

/** What the engine asks of every provider, about the provider itself. */
export function packageMethods(pack: Package, region: RegionApi) {
  return {
    handshake: method({
      doing: "shaking hands",
      handle: () => new proto.ProviderHandshakeResponse().setAcceptSecrets(true),
    }),
    attach: method({ doing: "attaching", handle: () => new Empty() }),
    getPluginInfo: method({
      doing: "telling the version",
      handle: () => new PluginInfo().setVersion(pack.version),
    }),
    getSchema: method({
      doing: "giving the schema",
      handle: () => new proto.GetSchemaResponse().setSchema(JSON.stringify({ name: pack.name, version: pack.version })),
    }),
    checkConfig: method({
      doing: "checking the configuration of",
      handle: (request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews()),
    }),
    diffConfig: method({
      doing: "comparing the configuration of",
      handle: (request: proto.DiffRequest) => {
        const same = canonical(decode(request.getOlds()).props) === canonical(decode(request.getNews()).props);
        return new proto.DiffResponse().setChanges(same ? DIFF_NONE : DIFF_SOME);
      },
    }),
    configure: method({
      doing: "configuring",
      handle: () => new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
    }),
    invoke: method({
      doing: "invoking",
      handle: (request: proto.InvokeRequest) => {
        const invoke = pack.invokes[request.getTok()];
        if (!invoke) throw new Error(`the lab does not simulate ${request.getTok()}`);
        return new proto.InvokeResponse().setReturn(encode(invoke(decode(request.getArgs()).props, region)));
      },
    }),
  };
}

/** What the engine asks about resources. */
export function resourceMethods(pack: Package, contextOf: ContextOf) {
  function nounOf(request: ResourceRequest): Noun {
    const type = typeOf(request.getUrn());
    const noun = pack.nouns[type];
    if (!noun) throw new Error(`the lab does not simulate ${type}`);
    return noun;
  }

  return {
    check: method({
      doing: "checking",
      handle: (request: proto.CheckRequest, signal) => {
        const news = decode(request.getNews());
        const olds = decode(request.getOlds()).props;
        const checked = check(nounOf(request), news.props, olds, contextOf(request, signal));
        const failures = checked.failures.map((failure) =>
          new proto.CheckFailure().setProperty(failure.property).setReason(failure.reason),
        );
        return new proto.CheckResponse().setInputs(encode(checked.inputs, news.secrets)).setFailuresList(failures);
      },
    }),
    diff: method({
      doing: "comparing",
      handle: (request: proto.DiffRequest) => {
        const [olds, news] = [decode(request.getOlds()).props, decode(request.getNews()).props];
        return diffResponse(diff(nounOf(request), olds, news, request.getIgnorechangesList()));
      },
    }),
    create: method({
      doing: "creating",
      handle: async (request: proto.CreateRequest, signal) => {
        const noun = nounOf(request);
        const { props, secrets } = decode(request.getProperties());
        const made = request.getPreview()
          ? { id: "", outputs: previewCreate(noun, props) }
          : await carryOut("create", typeOf(request.getUrn()), contextOf(request, signal), (context) =>
              create(noun, props, context),
            );
        const properties = encode(made.outputs, tainted(noun, secrets));
        return new proto.CreateResponse().setId(made.id).setProperties(properties);
      },
      secrets: (request) => decode(request.getProperties()).secrets,
    }),
    update: method({
      doing: "updating",
      handle: async (request: proto.UpdateRequest, signal) => {
        const noun = nounOf(request);
        const olds = decode(request.getOlds()).props;
        const { props, secrets } = decode(request.getNews());
        const ignored = request.getIgnorechangesList();
        const outputs = request.getPreview()
          ? previewUpdate(noun, olds, props, ignored)
          : await carryOut("update", typeOf(request.getUrn()), contextOf(request, signal), (context) =>
              update(noun, request.getId(), olds, props, ignored, context),
            );
        return new proto.UpdateResponse().setProperties(encode(outputs, tainted(noun, secrets)));
      },
      secrets: (request) => decode(request.getNews()).secrets,
    }),
    read: method({
      doing: "reading",
      handle: (request: proto.ReadRequest, signal) => {
        const olds = decode(request.getProperties());
        const inputs = decode(request.getInputs());
        const context = contextOf(request, signal);
        const found = read(nounOf(request), request.getId(), olds.props, inputs.props, context);
        // No id: it is gone.
        if (!found) return new proto.ReadResponse();
        return new proto.ReadResponse()
          .setId(request.getId())
          .setProperties(encode(found.outputs, [...olds.secrets, ...inputs.secrets]))
          .setInputs(encode(found.inputs, inputs.secrets));
      },
    }),
    delete: method({
      doing: "deleting",
      handle: async (request: proto.DeleteRequest, signal) => {
        const olds = decode(request.getProperties()).props;
        await nounOf(request).delete(request.getId(), olds, contextOf(request, signal));
        return new Empty();
      },
    }),
  };
}

/** Where outputs have to be secret because these inputs are. */
function tainted(noun: Noun, secrets: readonly Path[]): readonly Path[] {
  return secrets.length === 0 ? secrets : [...secrets, ...(noun.tainted ?? []).map((output) => [output])];
}

function diffResponse({ differences, deleteBeforeReplace }: Diffed): proto.DiffResponse {
  const response = new proto.DiffResponse()
    .setChanges(differences.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...new Set(differences.map((each) => each.input))])
    .setReplacesList([...new Set(differences.filter((each) => each.replaces).map((each) => each.input))])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of differences) {
    response.getDetaileddiffMap().set(path, new proto.PropertyDiff().setKind(KINDS[kind][replaces ? 1 : 0]));
  }
  return response;
}
