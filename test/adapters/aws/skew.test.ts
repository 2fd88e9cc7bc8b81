import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { awsClients } from "../../../orchestration/adapters/aws/clients";
import { awsSight, OF_A_QUESTION } from "../../../orchestration/adapters/aws/diagnosis/sight";
import { iamSimulation } from "../../../orchestration/adapters/aws/diagnosis/simulation";

describe("how far the clock is off", () => {
  let server: Server;
  let headers: IncomingHttpHeaders;
  let date: string | undefined;
  beforeAll(async () => {
    // As STS answers a request without a signature.
    server = createServer((request, response) => {
      headers = request.headers;
      if (date === undefined) response.sendDate = false;
      response.writeHead(403, { "content-type": "text/xml", ...(date === undefined ? {} : { date }) });
      const error = "<Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>no</Message>";
      response.end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  });
  afterAll(() => server.close());

  async function skew(): Promise<number> {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const options = { endpoint, region: "eu-west-1", patience: OF_A_QUESTION };
    const [clients, simulation] = [awsClients(options), iamSimulation(options)];
    try {
      return await awsSight({ ...options, clients, simulation }).skewMs(AbortSignal.timeout(9_000));
    } finally {
      clients.destroy();
      simulation.destroy();
    }
  }

  it.each([
    ["ahead", 600_000],
    ["behind", -600_000],
    ["right", 0],
  ])("is read from a refusal, asked for without credentials and without a signature: %s", async (_title, ahead) => {
    date = new Date(Date.now() - ahead).toUTCString();
    expect(Math.abs((await skew()) - ahead)).toBeLessThan(2_000);
    expect(headers.authorization).toBeUndefined();
  });

  it("is not known of an answer without a date", async () => {
    date = undefined;
    await expect(skew()).rejects.toMatchObject({ code: expect.stringMatching(/^(AWS|CREDENTIALS)_/) as string });
  });
});
