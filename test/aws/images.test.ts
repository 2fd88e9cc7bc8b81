import { DescribeImagesCommand, type Image as Ec2Image } from "@aws-sdk/client-ec2";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsImages } from "../../orchestration/adapters/aws/images";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { s3ObjectStore } from "../../orchestration/adapters/aws/objectStore";
import { motoClients } from "./moto";

let clients: AwsClients;
let image: Ec2Image;
beforeAll(async () => {
  clients = motoClients();
  const { Images: images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const newest = images
    .filter(({ Architecture: architecture, Name: name }) => architecture === "x86_64" && name)
    .sort((a, b) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""));
  image = newest[0] ?? {};
});
afterAll(() => clients.destroy());

describe("base images", () => {
  it("are described by their ids, and one that is not there is left out", async () => {
    const found = await awsImages({ clients }).describe([image.ImageId ?? "", "ami-0123456789abcdef0"]);
    expect([...found.values()]).toEqual([
      {
        id: image.ImageId,
        name: image.Name,
        architecture: "x86_64",
        owner: image.OwnerId,
        createdAt: Date.parse(image.CreationDate ?? ""),
      },
    ]);
  });

  it("are found under a name with an asterisk, and by a parameter", async () => {
    const images = awsImages({ clients });
    const name = `${(image.Name ?? "").slice(0, -3)}*`;
    const source = { kind: "filter", owner: "amazon", name } as const;
    expect(await images.latest(source, "x86_64")).toMatchObject({ id: image.ImageId });
    await clients.ssm.send(new PutParameterCommand({ Name: "/images/base", Value: image.ImageId, Type: "String" }));
    expect(await images.latest({ kind: "parameter", name: "/images/base" }, undefined)).toMatchObject({
      id: image.ImageId,
    });
  });

  it("are not guessed where there is none", async () => {
    const images = awsImages({ clients });
    for (const source of [
      { kind: "parameter", name: "/images/none" },
      { kind: "filter", owner: "amazon", name: "none-*" },
    ] as const) {
      await expect(images.latest(source, "x86_64")).rejects.toMatchObject({ code: "IMAGE_UNRESOLVED" });
    }
  });
});

it("objects are listed below a prefix, and downloaded as they are", async () => {
  const Bucket = "objects";
  await clients.s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  for (const Key of ["support-bundles/a/b.tar.gz", "other"]) {
    await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: "a bundle" }));
  }
  const objects = s3ObjectStore({ client: clients.s3 });
  expect(await objects.list(Bucket, "support-bundles/")).toEqual([{ key: "support-bundles/a/b.tar.gz", bytes: 8 }]);
  const folder = await mkdtemp(join(tmpdir(), "moto-objects-"));
  try {
    await objects.download(Bucket, "support-bundles/a/b.tar.gz", join(folder, "b"), 8);
    expect(await readFile(join(folder, "b"), "utf8")).toBe("a bundle");
  } finally {
    await rm(folder, { recursive: true });
  }
});
