import { PROJECT } from "../../infra/contract";

/** A file of a project, by its path from the project's folder. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Verbs that get a script, so that `npm run <verb>` works as every message says. */
  readonly verbs: readonly string[];
}

const scriptsOf = ({ name, verbs }: Package): Readonly<Record<string, string>> =>
  Object.fromEntries(verbs.map((verb) => [verb, `${name} ${verb}`]));

function packageJson(tool: Package): string {
  const content = {
    name: PROJECT,
    private: true,
    scripts: scriptsOf(tool),
    dependencies: { [tool.name]: `^${tool.version}` },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

const PULUMI_YAML = `# The name stays ${PROJECT}: it is the namespace of every key in Pulumi.<stack>.yaml.
name: ${PROJECT}
description: Terraform Enterprise Active/Active on AWS, upgraded and patched by repave
runtime: nodejs
config:
  # The provider's own 25 attempts are ten minutes without a word, and some updates are made while the service is down.
  aws:maxRetries:
    value: 6
`;

const indexTs = ({
  name,
}: Package): string => `// The program is the package's own: everything that you decide is in Pulumi.<stack>.yaml.
import { program } from "${name}";
export = program;
`;

const GITIGNORE = `node_modules/
# The lab, and the runs of stacks without tfe:runStore.
.lab/
.tfe-repave/
Pulumi.lab.yaml
`;

/** What `pulumi new` asks for. The rest is asked by `init`, or by the program's own words about its configuration. */
const TEMPLATE = `template:
  description: Terraform Enterprise Active/Active on AWS, upgraded and patched by repave
  config:
    aws:region:
      description: Region of the nodes
      default: eu-central-1
    ${PROJECT}:hostname:
      description: Name under which users open the application
    ${PROJECT}:image:
      description: Base image (ami-…) that new nodes start from
    ${PROJECT}:imageTag:
      description: Release that new nodes run (1.2.2)
`;

/** The same files as a template of Pulumi: `pulumi new <folder>` copies them and asks. */
export const templateFiles = (tool: Package): readonly ProjectFile[] =>
  projectFiles(tool).map((file) => (file.path === "Pulumi.yaml" ? { ...file, text: `${file.text}${TEMPLATE}` } : file));

/** The files that make a folder a project, without its stacks. */
export const projectFiles = (tool: Package): readonly ProjectFile[] => [
  { path: "package.json", text: packageJson(tool) },
  { path: "Pulumi.yaml", text: PULUMI_YAML },
  { path: "index.ts", text: indexTs(tool) },
  { path: ".gitignore", text: GITIGNORE },
];

/**
 * A package.json with the scripts that it lacks and everything else as it was. Undefined: it lacks none, or is not one that can be
 * added to.
 */
export function withScripts(
  text: string,
  tool: Package,
): { readonly text: string; readonly added: number } | undefined {
  const content = parsed(text);
  if (content === undefined) return undefined;
  const has = content["scripts"] ?? {};
  if (typeof has !== "object") return undefined;
  const missing = Object.entries(scriptsOf(tool)).filter(([name]) => !(name in has));
  if (missing.length === 0) return undefined;
  const scripts = { ...has, ...Object.fromEntries(missing) };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? 2;
  return { text: `${JSON.stringify({ ...content, scripts }, undefined, indent)}\n`, added: missing.length };
}

/** Whether a package.json names the tool among its dependencies, of whatever kind. */
export function dependsOn(text: string, name: string): boolean {
  const content = parsed(text) ?? {};
  return ["dependencies", "devDependencies"].some((kind) => {
    const list = content[kind];
    return typeof list === "object" && list !== null && name in list;
  });
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content = JSON.parse(text) as unknown;
    const isObject = typeof content === "object" && content !== null && !Array.isArray(content);
    return isObject ? (content as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
