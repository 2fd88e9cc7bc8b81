import { NotSeen, ok, unchecked } from "../finding";
import { RepaveError } from "../../domain/errors";
import type { Row } from "../row";

/** The stack, and the backend that keeps its state. */
export const STACK_ROWS: readonly Row[] = [
  {
    id: "login",
    title: "Pulumi login",
    fix: "pulumi whoami -v",
    async look({ engine, signal }) {
      const { user, url } = await orWithoutEngine(engine.login(signal));
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
      // Its own row says that nobody is logged in.
      await orWithoutEngine(engine.login(signal)).catch((thrown: unknown) => {
        throw thrown instanceof NotSeen ? thrown : new NotSeen("the Pulumi backend cannot be asked");
      });
      try {
        return ok(`${await engine.encrypts(signal)} encrypts`);
      } catch (thrown) {
        if (!(thrown instanceof RepaveError) || thrown.code !== "STACK_NOT_BUILT") throw thrown;
        return unchecked(`the backend does not know the stack ${name} yet; \`pulumi up\` creates it`);
      }
    },
  },
];

/** The row of the Pulumi CLI says that there is none. */
const orWithoutEngine = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((thrown: unknown) => {
    if (thrown instanceof RepaveError && thrown.code === "ENGINE_MISSING") throw new NotSeen("there is no Pulumi CLI");
    throw thrown;
  });
