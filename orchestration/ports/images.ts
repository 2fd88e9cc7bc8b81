import type { Image, ImageSource } from "../domain/image";

/** Base images of nodes. Reads only. */
export interface Images {
  /** Those of the images that exist and this account can see, by their ids. */
  describe(ids: readonly string[]): Promise<ReadonlyMap<string, Image>>;
  /**
   * The newest image that the source names, of this architecture where one is given. Throws `IMAGE_UNRESOLVED` where it names
   * none, or something that is no image.
   */
  latest(source: ImageSource, architecture: string | undefined): Promise<Image>;
}
