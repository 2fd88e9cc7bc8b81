import { childVariables } from "../../../infra/childVariables";
import type { NodeAddress } from "../../ports/nodeShell";
import { runProcess } from "../machine/process";

/** What OpenSSH needs. Its ProxyCommand may be the AWS CLI, which needs to know where and as whom. */
const ALWAYS = ["person", "network", "ssh", "awsPlace"] as const;

/**
 * The environment of the OpenSSH client. Credentials of AWS that stand in the environment are for a ProxyCommand (Session Manager)
 * alone: they are passed on only where the client's configuration has one for that node.
 */
export function sshEnvironment(
  configFile: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): (node: NodeAddress) => Promise<NodeJS.ProcessEnv> {
  const usual = childVariables(env, ALWAYS);
  const credentials = childVariables(env, ["awsCredentials"]);
  if (Object.keys(credentials).length === 0) return () => Promise.resolve(usual);
  return async ({ privateIp }) => {
    const config = configFile === undefined ? [] : ["-F", configFile];
    const found = await runProcess(["ssh", ...config, "-G", "--", privateIp], { env: usual }).catch(() => undefined);
    const isProxied = found !== undefined && found !== "timeout" && /^proxycommand (?!none$)/m.test(found.stdout);
    return isProxied ? { ...usual, ...credentials } : usual;
  };
}
