/** For `pulumi up`, which works with `infra/` as its folder: what the function resolves to becomes the stack's outputs. */
import path from "node:path";
import { tfeProgram } from "./program";

export = () => tfeProgram({ projectRoot: path.dirname(__dirname) });
