import type { Image, ImageSource } from "../../domain/image";

/** Base images of nodes. Read-only. */
export interface Images {
  /** Returns the images that exist and that this account can see, by id. */
  describe(ids: readonly string[]): Promise<ReadonlyMap<string, Image>>;
  /**
   * Returns the newest image of the source, for this architecture if one is given. Throws `IMAGE_UNRESOLVED` if the source has
   * none, or names something that is not an image.
   */
  latest(source: ImageSource, architecture: string | undefined): Promise<Image>;
}
