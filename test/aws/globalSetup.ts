import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { motoPython } from "./environment";

const READY_LIMIT = 60_000;

/** Jest's hook before the tests of this folder: starts moto and says in `MOTO_URL` where it is. */
async function startMoto(): Promise<void> {
  const python = await motoPython();
  const server = spawn(python, [join(__dirname, "server.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const limit = AbortSignal.timeout(READY_LIMIT);
  const port = once(createInterface({ input: server.stdout }), "line", { signal: limit }).then(([line]) =>
    String(line),
  );
  const gone = once(server, "exit", { signal: limit }).then(() => Promise.reject(new Error("moto did not start")));
  gone.catch(() => undefined);
  process.env["MOTO_URL"] = `http://127.0.0.1:${await Promise.race([port, gone])}`;
  process.env["MOTO_PID"] = String(server.pid);
  // Should the tests be killed, its standard input closes and it ends by itself; until then it need not keep them alive.
  server.unref();
  (server.stdin as unknown as { unref(): void }).unref();
  (server.stdout as unknown as { unref(): void }).unref();
}

export = startMoto;
