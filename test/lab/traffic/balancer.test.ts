import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { startBalancer, type Balancer } from "../../../lab/traffic/balancer";
import { ensureCertificate, type Certificate } from "../../../lab/traffic/certificate";
import { nodeServers, type NodeServers } from "../../../lab/traffic/nodeServers";
import { estate, type LabEstate } from "../estate";
import { temporaryFolder } from "../temporary";

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

describe("the load balancer", () => {
  let folder: { path: string; remove(): Promise<void> };
  let built: LabEstate;
  let nodes: NodeServers;
  let certificate: Certificate;
  let balancer: Balancer;

  beforeEach(async () => {
    folder = await temporaryFolder();
    certificate = await ensureCertificate(folder.path);
    built = estate();
    nodes = nodeServers(built.region, () => undefined);
    balancer = await startBalancer({ region: built.region, nodes, advance: () => undefined, certificate });
  });
  afterEach(async () => {
    await balancer.close();
    await nodes.close();
    await folder.remove();
  });

  const ask = async (path: string, host = "localhost"): Promise<Answer> => {
    const ca = await readFile(certificate.caFile, "utf8");
    return new Promise((resolve, reject) => {
      request({ host, port: balancer.port, path, ca, agent: false }, (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (text: string) => (body += text));
        answer.on("end", () => resolve({ status: answer.statusCode, body }));
      })
        .on("error", reject)
        .end();
    });
  };
  const serve = async (): Promise<void> => {
    built.untilHealthy();
    await nodes.reconcile();
  };

  it("answers 503 while there is no node", async () => {
    expect(await ask("/_health_check")).toMatchObject({ status: 503 });
  });

  it("forwards to the node's own server what the node answers", async () => {
    await serve();
    expect(await ask("/_health_check")).toMatchObject({ status: 200 });
    const full = await ask("/_health_check?full=1");
    expect(JSON.parse(full.body)).toMatchObject({ postgres: expect.anything() as unknown });
  });

  it("can be trusted by name and by address with the published certificate alone", async () => {
    await serve();
    expect((await ask("/_health_check", "localhost")).status).toBe(200);
    expect((await ask("/_health_check", "127.0.0.1")).status).toBe(200);
  });

  it("answers 502 while the chosen node's server is gone", async () => {
    await serve();
    await nodes.close();
    expect(await ask("/_health_check")).toMatchObject({ status: 502 });
  });

  it("closes the server of a node that no longer serves, and answers nobody's request", async () => {
    await serve();
    const id = built.region.state.instances[0]?.id ?? "";
    built.region.updateGroup("tfe", { min: 0, max: 0, desired: 0 });
    built.until(() => built.region.state.instances[0]?.state === "terminated");
    await nodes.reconcile();
    expect(nodes.portOf(id)).toBeUndefined();
    expect(await ask("/_health_check")).toMatchObject({ status: 503 });
  });

  it("takes the port it had before, and another where that is taken", async () => {
    const advance = (): void => undefined;
    const other = await startBalancer({ region: built.region, nodes, advance, certificate, port: balancer.port });
    expect(other.port).not.toBe(balancer.port);
    await other.close();
    const again = await startBalancer({ region: built.region, nodes, advance, certificate, port: other.port });
    expect(again.port).toBe(other.port);
    await again.close();
  });

  it("keeps its certificate", async () => {
    expect(await ensureCertificate(folder.path)).toEqual(certificate);
  });
});
