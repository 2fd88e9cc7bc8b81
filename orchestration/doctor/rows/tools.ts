import { engineMissingAsUnseen, failed, type Finding, ok } from "../finding";
import type { Program } from "../../ports/diagnosis";
import type { Row } from "../row";

const NODE = "nvm install 24";
const NPM = "npm install --global npm@11";

/** The programs of this machine. */
export const TOOL_ROWS: readonly Row[] = [
  {
    id: "node",
    title: "Node.js",
    fix: NODE,
    look: ({ machine }) => Promise.resolve(judged(machine.node(), NODE)),
  },
  {
    id: "npm",
    title: "npm",
    fix: NPM,
    async look({ machine, signal }) {
      const npm = await machine.npm(signal);
      return npm === undefined ? failed("not found on PATH", NODE) : judged(npm, NPM);
    },
  },
  {
    id: "engine",
    title: "Pulumi CLI",
    fix: "npm run engine",
    async look({ engine }) {
      const { version, where, command } = await engine.find();
      return ok(`${version}, ${where}${command === "pulumi" ? "" : ` (${command})`}`);
    },
  },
  {
    id: "plugins",
    title: "Pulumi plugins",
    fix: "pulumi plugin ls",
    async look({ engine, signal }) {
      const { present, missing, attached } = await engine.plugins(signal).catch(engineMissingAsUnseen);
      const [first] = missing;
      if (first !== undefined) {
        const names = missing.map(({ name, version }) => `${name} ${version}`);
        const { command } = await engine.find();
        const install = missing.map(({ name, version }) => `${command} plugin install resource ${name} ${version}`);
        return failed(`not installed: ${names.join(", ")}`, install.join(" && "));
      }
      const seen = [
        ...present.map(({ name, version }) => `${name} ${version}`),
        ...attached.map((name) => `${name} (attached to a running provider)`),
      ];
      return ok(seen.join(", "));
    },
  },
];

const judged = ({ version, needed, fits }: Program, fix: string): Finding =>
  fits ? ok(version) : failed(`${version}, and ${needed} is needed`, fix);
