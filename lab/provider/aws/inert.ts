import { AwsError } from "../../region/api";
import type { Context, Fields, Noun } from "../noun";
import { defined, isProps, without, type Props, type Value } from "../value";

/** A resource that has no behaviour in the simulation: kept as it was declared, so that it reads back, drifts and goes. */
export interface Inert {
  readonly token: string;
  readonly fields: Fields;
  readonly outputs: readonly string[];
  /** Longest name the provider may make up; undefined: the type has no name of its own. */
  readonly maxName?: number;
  /** AWS's error code where the id is taken. */
  readonly duplicate?: string;
  id(inputs: Props, context: Context): string;
  /** What AWS adds: ARN, dates, defaults. */
  derive(id: string, inputs: Props, context: Context): Props;
}

type Store = Record<string, Record<string, unknown>>;

export function inert(type: Inert): Noun {
  const storeOf = ({ region }: Context): Store => (region.state.inert[type.token] ??= {});
  const withTags = (inputs: Props): Props =>
    type.fields["tagsAll"] ? { ...inputs, tagsAll: isProps(inputs["tags"]) ? inputs["tags"] : {} } : inputs;

  return {
    fields: type.fields,
    outputs: type.outputs,
    ...(type.maxName === undefined
      ? {}
      : {
          autoName: {
            max: type.maxName,
            taken: (name, context) => Object.values(storeOf(context)).some((each) => each["name"] === name),
          },
        }),

    create(inputs, context) {
      const id = type.id(inputs, context);
      const store = storeOf(context);
      if (store[id]) throw new AwsError(type.duplicate ?? "AlreadyExists", `${id} already exists.`);
      store[id] = defined({ ...withTags(inputs), ...type.derive(id, inputs, context), id });
      return { id };
    },

    update(id, { news }, context) {
      const store = storeOf(context);
      const kept = Object.entries(store[id] ?? {}).filter(
        ([key]) => type.fields[key] === undefined || type.fields[key].computed,
      );
      store[id] = { ...Object.fromEntries(kept), ...defined(withTags(news)) };
      return undefined;
    },

    observe: (id, _known, context) => storeOf(context)[id] as Record<string, Value> | undefined,

    delete(id, _olds, context) {
      context.region.state.inert[type.token] = without(storeOf(context), id);
    },
  };
}
