import { type AwsClients, awsClients } from "../../orchestration/adapters/aws/clients";

/** The product's own clients, led to moto. One server serves all tests: each file uses names of its own. */
export function motoClients(): AwsClients {
  const endpoint = process.env["MOTO_URL"];
  if (endpoint === undefined) throw new Error("These tests are run by: npm run test:aws");
  return awsClients({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
}
