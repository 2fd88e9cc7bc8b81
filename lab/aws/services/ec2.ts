import { AwsError } from "../../region/api";
import type { Image } from "../../region/model";
import { texts, text, whole } from "../params";
import { page, type Operation, type Service } from "../service";
import { matching } from "./ec2Filters";
import { ec2Instances } from "./ec2Instances";
import { ec2Templates } from "./ec2Templates";
import { ec2Types } from "./ec2Types";

const DescribeImages: Operation = (region, params) => {
  const ids = texts(params, "ImageId");
  const unknown = ids?.find((id) => !region.state.images.some((image) => image.id === id));
  if (unknown !== undefined) throw new AwsError("InvalidAMIID.NotFound", `The image id '[${unknown}]' does not exist`);
  const owners = texts(params, "Owner")?.map((owner) => (owner === "self" ? region.state.accountId : owner));
  const asked = region.state.images.filter(
    (image) => (ids?.includes(image.id) ?? true) && (owners?.includes(image.ownerId) ?? true),
  );
  const found = matching(asked, params, (image, name) => IMAGE_FILTERS[name]?.(image));
  const { items, next } = page(found, whole(params, "MaxResults"), text(params, "NextToken"));
  return {
    imagesSet: items.map((image) => ({
      imageId: image.id,
      name: image.name,
      imageOwnerId: image.ownerId,
      imageState: "available",
      architecture: image.architecture,
      creationDate: new Date(image.createdAt),
      imageType: "machine",
      isPublic: false,
      rootDeviceName: "/dev/sda1",
      rootDeviceType: "ebs",
      virtualizationType: "hvm",
    })),
    nextToken: next,
  };
};

const IMAGE_FILTERS: Readonly<Record<string, (image: Image) => readonly string[]>> = {
  "image-id": ({ id }) => [id],
  name: ({ name }) => [name],
  state: () => ["available"],
  architecture: ({ architecture }) => [architecture],
  "owner-id": ({ ownerId }) => [ownerId],
  "root-device-type": () => ["ebs"],
  "virtualization-type": () => ["hvm"],
};

export const ec2: Service = {
  protocol: "ec2",
  namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  version: "2016-11-15",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { ...ec2Instances, ...ec2Templates, ...ec2Types, DescribeImages },
};
