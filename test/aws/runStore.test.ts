import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { s3RunStore } from "../../orchestration/adapters/runStore/s3RunStore";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { describeRunStoreContract } from "../contract/runStore";
import { motoClients } from "./moto";

let clients: AwsClients;
beforeAll(async () => {
  clients = motoClients();
  await clients.s3.send(
    new CreateBucketCommand({ Bucket: "runs", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
});
afterAll(() => clients.destroy());

let stores = 0;

describeRunStoreContract("S3, in moto", () => {
  const prefix = `tfe/store-${(stores += 1)}`;
  const open = () => s3RunStore({ client: clients.s3, bucket: "runs", prefix, stack: "prod" });
  return Promise.resolve({ open, close: () => Promise.resolve() });
});
