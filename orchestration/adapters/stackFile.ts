import { isScalar, parseDocument } from "yaml";
import { ConfigError, parseConfig, readStackFile } from "../../infra/config";
import { type BuildConfig, PROJECT } from "../../infra/contract";
import { RepaveError } from "../domain/errors";

/** The build keys of a stack file's text. Throws `STACK_CONFIG_INVALID`. */
export function buildConfigIn(text: string): BuildConfig {
  const { releaseSequence, image, activeTemplateVersion, rebuild, nodeCount } = asConfig(() =>
    parseConfig(readStackFile(text)),
  );
  return {
    image,
    nodeCount,
    ...(releaseSequence === undefined ? {} : { releaseSequence }),
    ...(activeTemplateVersion === undefined ? {} : { activeTemplateVersion }),
    ...(rebuild === undefined ? {} : { rebuild }),
  };
}

/** The text with these keys changed, comments and order kept; the same text where nothing differs. Throws `STACK_CONFIG_INVALID`. */
export function withBuildConfig(text: string, change: BuildConfig): string {
  const document = asConfig(() => {
    const parsed = parseDocument(text);
    const [error] = parsed.errors;
    if (error) throw error;
    return parsed;
  });
  let changed = false;
  for (const [name, value] of Object.entries(change)) {
    const path = ["config", `${PROJECT}:${name}`];
    const node: unknown = document.getIn(path, true);
    if (value === undefined || (isScalar(node) && String(node.value) === String(value))) continue;
    changed = true;
    // As `pulumi config set` writes it: a string. A scalar that is there keeps its kind, its quotes and its comment.
    if (isScalar(node)) node.value = typeof node.value === "number" ? Number(value) : String(value);
    else document.setIn(path, String(value));
  }
  const isIndented = !/^( *)[^\s#-][^\n]*:[ \t]*\n\1- /m.test(text);
  return changed ? document.toString({ lineWidth: 0, indentSeq: isIndented }) : text;
}

function asConfig<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const detail = cause instanceof ConfigError ? cause.problems.join("; ") : (cause as Error).message;
    throw new RepaveError("STACK_CONFIG_INVALID", detail, { cause });
  }
}
