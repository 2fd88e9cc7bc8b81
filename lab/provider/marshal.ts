import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isList, isProps, type Path, type Props, type Value } from "./value";

/** Key and value by which the engine marks a wrapped secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export interface Decoded {
  readonly props: Props;
  /** Where secrets were: what is made from them must be marked again. */
  readonly secrets: readonly Path[];
}

/**
 * Properties as the engine sends them, secrets unwrapped. The server answers that it takes secrets but neither outputs nor resource
 * references, so the engine sends plain values and the unknown string in place of those.
 */
export function decode(struct: Struct | undefined): Decoded {
  const secrets: Path[] = [];
  const unwrap = (value: Value, path: Path): Value => {
    if (isList(value)) return value.map((each, index) => unwrap(each, [...path, index]));
    if (!isProps(value)) return value;
    if (value[SIGNATURE] === SECRET) {
      secrets.push(path);
      return unwrap(value["value"] ?? null, path);
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, each === undefined ? each : unwrap(each, [...path, key])]),
    );
  };
  const props = unwrap(struct?.toJavaScript() ?? {}, []);
  return { props: isProps(props) ? props : {}, secrets };
}

/** Wraps what is at the path, or the nearest thing above it that exists: rather too much is secret than too little. */
function wrap(value: Value, path: Path): Value {
  if (isProps(value) && value[SIGNATURE] === SECRET) return value;
  const [step, ...rest] = path;
  if (typeof step === "number" && isList(value) && step < value.length) {
    return value.map((each, index) => (index === step ? wrap(each, rest) : each));
  }
  if (typeof step === "string" && isProps(value) && value[step] !== undefined) {
    return { ...value, [step]: wrap(value[step], rest) };
  }
  return { [SIGNATURE]: SECRET, value };
}

/** Without what protobuf has no word for. */
function plain(value: Value): JavaScriptValue {
  if (isList(value)) return value.map(plain);
  if (!isProps(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, plain(each)]])),
  );
}

/** Properties as the engine takes them, with the given places secret where their top-level property is there. */
export function encode(props: Props, secrets: readonly Path[] = []): Struct {
  const marked = secrets.reduce<Props>((at, path) => {
    const wrapped = typeof path[0] === "string" && at[path[0]] !== undefined ? wrap(at, path) : at;
    return isProps(wrapped) ? wrapped : at;
  }, props);
  return Struct.fromJavaScript(plain(marked) as Record<string, JavaScriptValue>);
}
