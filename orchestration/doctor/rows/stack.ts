import { engineMissingAsUnseen, ok, unchecked } from "../finding";
import { RepaveError } from "../../domain/errors";
import type { Row } from "../row";

/** The stack, and the backend that keeps its state. */
export const STACK_ROWS: readonly Row[] = [
  {
    id: "login",
    title: "Pulumi login",
    fix: "pulumi whoami -v",
    async look({ engine, signal }) {
      const { user, url } = await engine.login(signal).catch(engineMissingAsUnseen);
      return ok(`${user}, ${url}`);
    },
  },
  {
    id: "stack",
    title: "stack file",
    fix: "docs/configuration.md has every key",
    look(world) {
      const { stack } = world;
      return Promise.resolve("why" in stack ? unchecked(stack.why) : ok(`${world.facts().file} is valid`));
    },
  },
  {
    id: "secrets",
    title: "secrets provider",
    fix: "pulumi whoami -v",
    async look(world) {
      const { engine, signal } = world;
      const { name } = world.known();
      await world.loggedIn();
      try {
        return ok(`${await engine.encrypts(signal)} encrypts`);
      } catch (thrown) {
        if (!(thrown instanceof RepaveError) || thrown.code !== "STACK_NOT_BUILT") throw thrown;
        return unchecked(`the backend does not know the stack ${name} yet; \`pulumi up\` creates it`);
      }
    },
  },
];
