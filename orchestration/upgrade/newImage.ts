import { RepaveError } from "../domain/errors";
import { type Image, imageLabel, misfit } from "../domain/image";
import type { Ports } from "../run/context";
import type { Policy } from "../run/policy";
import type { FleetSeen } from "../fleet/observe";
import { present, type Request } from "./planning";

/**
 * The request with the id of the image that it means, which is shown beside the one the nodes have. Throws `IMAGE_UNRESOLVED`, also
 * where the image is of another architecture: it would not be launched, and that would show in the middle of the outage.
 */
export async function withImage(
  request: Request,
  seen: FleetSeen,
  { ports, policy }: { readonly ports: Pick<Ports, "images" | "reporter">; readonly policy: Policy },
): Promise<Request> {
  if (request.image === undefined && request.latest !== true) return request;
  const { image: current } = present(seen);
  const known = await ports.images.describe([current, ...(request.image === undefined ? [] : [request.image])]);
  const from = known.get(current);
  const to = request.image === undefined ? await latest(from, { ports, policy }) : known.get(request.image);
  const id = to?.id ?? request.image ?? current;
  const unfit = to && misfit(from, to);
  if (unfit !== undefined) throw new RepaveError("IMAGE_UNRESOLVED", unfit);
  ports.reporter.emit({
    event: "image.chosen",
    from: from ?? { id: current },
    to: to ?? { id },
    text: describeChoice(imageLabel(current, from), imageLabel(id, to), id === current),
  });
  if (from && to && to.createdAt < from.createdAt) {
    ports.reporter.emit({ event: "warning", text: "the new image is older than the nodes' image" });
  }
  return { ...request, image: id };
}

async function latest(
  from: Image | undefined,
  { ports, policy }: { readonly ports: Pick<Ports, "images">; readonly policy: Policy },
): Promise<Image> {
  const source = policy.imageSource;
  if (source) return ports.images.latest(source, from?.architecture);
  throw new RepaveError("IMAGE_UNRESOLVED", "the stack sets neither imageParameter nor imageOwner and imageName");
}

const describeChoice = (from: string, to: string, same: boolean): string =>
  same ? `Image ${to}: the nodes already use it` : `Image ${from} → ${to}`;
