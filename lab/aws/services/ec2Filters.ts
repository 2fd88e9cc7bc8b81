import { AwsError } from "../../region/api";
import { required, structures, texts, type Params } from "../params";

/** What a resource says to a filter: its values, any of which may match; undefined: no such filter here. */
export type FilterValues<T> = (item: T, name: string) => readonly string[] | undefined;

/** EC2 filters: every filter must hold, each by any of its values, where `*` and `?` are wildcards. */
export function matching<T>(items: readonly T[], params: Params, values: FilterValues<T>): T[] {
  const filters = structures(params, "Filter").map((f) => ({
    name: required(f, "Name"),
    wanted: texts(f, "Value") ?? [],
  }));
  return items.filter((item) =>
    filters.every(({ name, wanted }) => {
      const has = values(item, name);
      if (!has) throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
      return wanted.some((pattern) => has.some((value) => wildcard(pattern).test(value)));
    }),
  );
}

/** Values of `tag:<key>` and `tag-key`; undefined: the filter is not about tags. */
export function tagValues(tags: Readonly<Record<string, string>>, name: string): readonly string[] | undefined {
  if (name === "tag-key") return Object.keys(tags);
  if (!name.startsWith("tag:")) return undefined;
  const value = tags[name.slice("tag:".length)];
  return value === undefined ? [] : [value];
}

export const tagSet = (tags: Readonly<Record<string, string>>): object[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");
}
