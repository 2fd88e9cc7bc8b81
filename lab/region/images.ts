import { DEFAULTS } from "./defaults";
import type { Image, RegionState } from "./model";
import { hex } from "./random";

/** A new base image, which the parameter names from now on. */
export function publishImage(state: RegionState): Image {
  const image: Image = {
    id: `ami-${hex(state, 17)}`,
    name: `lab-base-${new Date(state.now).toISOString().slice(0, 10)}`,
    ownerId: state.accountId,
    architecture: "x86_64",
    createdAt: state.now,
  };
  state.images.push(image);
  state.parameters[DEFAULTS.imageParameter] = image.id;
  return image;
}
