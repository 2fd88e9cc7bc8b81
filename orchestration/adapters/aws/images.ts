import { type Filter, type Image as Ec2Image, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { RepaveError } from "../../domain/errors";
import { type Image, newest, sourceLabel } from "../../domain/image";
import type { Images } from "../../ports/account/images";
import type { AwsClients } from "./clients";
import { callAws, findInAws } from "./errors";

export interface AwsImagesOptions {
  readonly clients: Pick<AwsClients, "ec2" | "ssm">;
}

const NO_PARAMETER = ["ParameterNotFound", "ParameterVersionNotFound"];

/** Reads images in EC2, and public or private SSM parameters that name one. */
export function awsImages({ clients }: AwsImagesOptions): Images {
  async function find(filters: readonly Filter[], owners?: readonly string[]): Promise<readonly Image[]> {
    return callAws("DescribeImages", async () => {
      const found: Ec2Image[] = [];
      const input = { Filters: [...filters], ...(owners ? { Owners: [...owners] } : {}) };
      for await (const page of paginateDescribeImages({ client: clients.ec2 }, input))
        found.push(...(page.Images ?? []));
      return found.map(toImage);
    });
  }

  /** A filter, because a request for an id that does not exist (any more) fails as a whole. */
  const byId = (ids: readonly string[]): Promise<readonly Image[]> => find([{ Name: "image-id", Values: [...ids] }]);

  async function parameter(name: string): Promise<string> {
    const command = new GetParameterCommand({ Name: name });
    const answer = await findInAws("GetParameter", NO_PARAMETER, () => clients.ssm.send(command));
    const value = answer?.Parameter?.Value?.trim();
    if (value === undefined)
      throw new RepaveError("IMAGE_UNRESOLVED", `parameter ${name} does not exist in this region`);
    if (!/^ami-[0-9a-f]+$/.test(value)) {
      throw new RepaveError("IMAGE_UNRESOLVED", `parameter ${name} does not contain an image id`);
    }
    return value;
  }

  return {
    async describe(ids) {
      const found = ids.length === 0 ? [] : await byId([...new Set(ids)]);
      return new Map(found.map((image) => [image.id, image]));
    },
    async latest(source, architecture) {
      if (source.kind === "parameter") {
        const id = await parameter(source.name);
        const [image] = await byId([id]);
        if (image) return image;
        throw new RepaveError(
          "IMAGE_UNRESOLVED",
          `${id}, named by ${sourceLabel(source)}, is not visible to this account`,
        );
      }
      const filters = [
        { Name: "name", Values: [source.name] },
        { Name: "state", Values: ["available"] },
        ...(architecture === undefined ? [] : [{ Name: "architecture", Values: [architecture] }]),
      ];
      const found = await find(filters, [source.owner]);
      const architectures = [...new Set(found.map((image) => image.architecture))].sort();
      if (architectures.length > 1) {
        const detail = `${sourceLabel(source)} are of ${architectures.join(" and ")}, and the nodes' own image is gone`;
        throw new RepaveError("IMAGE_UNRESOLVED", detail);
      }
      const image = newest(found);
      if (image) return image;
      throw new RepaveError("IMAGE_UNRESOLVED", `no ${sourceLabel(source)} for ${architecture ?? "any architecture"}`);
    },
  };
}

const toImage = (image: Ec2Image): Image => ({
  id: image.ImageId ?? "",
  name: image.Name ?? "",
  architecture: image.Architecture ?? "",
  ...(image.OwnerId === undefined ? {} : { owner: image.OwnerId }),
  createdAt: Date.parse(image.CreationDate ?? "") || 0,
});
