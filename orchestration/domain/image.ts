/** A base image as EC2 describes it. */
export interface Image {
  readonly id: string;
  readonly name: string;
  readonly architecture: string;
  /** Account that owns it; absent in what earlier versions of this program recorded. */
  readonly owner?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Where a stack's newest image is looked up. */
export type ImageSource =
  /** An SSM parameter that holds an image's id. */
  | { readonly kind: "parameter"; readonly name: string }
  /** The newest image of an owner whose name matches, with `*` and `?`. */
  | { readonly kind: "filter"; readonly owner: string; readonly name: string };

export const sourceLabel = (source: ImageSource): string =>
  source.kind === "parameter" ? `parameter ${source.name}` : `images "${source.name}" of ${source.owner}`;

/** `ami-0abc (ubuntu-22.04-20260301, 2026-03-01)`; the id alone where EC2 has forgotten the image. */
export const imageLabel = (id: string, image: Image | undefined): string =>
  image ? `${id} (${image.name}, ${new Date(image.createdAt).toISOString().slice(0, 10)})` : id;

/** The newest of these. */
export const newest = (images: readonly Image[]): Image | undefined =>
  images.reduce<Image | undefined>((a, b) => (a && a.createdAt >= b.createdAt ? a : b), undefined);

/** Why nodes cannot go from one image to the other; an instance type launches one architecture only. */
export function misfit(from: Image | undefined, to: Image): string | undefined {
  return from === undefined || from.architecture === to.architecture
    ? undefined
    : `${to.id} is for ${to.architecture}, but the nodes are ${from.architecture}`;
}
