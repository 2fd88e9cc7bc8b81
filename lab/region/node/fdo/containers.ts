import type { Instance, RegionState } from "../../model";
import { besideApplication, containerId } from "../beside";
import { appRuns } from "../phases";

/** A container as `ps` and `inspect` show it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: "running" | "restarting" | "exited";
  readonly restarts: number;
  readonly exitCode: number;
  /** Whether it is the application's. */
  readonly isApplication: boolean;
}

/** The application's, one for each run, and what somebody else runs on the machine. */
export function containersOf(state: RegionState, instance: Instance): readonly Container[] {
  const { image } = instance.node;
  if (!image) return [];
  return [
    ...applicationsOf(instance),
    ...(image.runtime === "podman" && instance.node.container ? [pause(instance)] : []),
    ...besideApplication(state, instance, { usualImage: runImage(instance), prefix: "tfc-agent" }).map((each) =>
      running(each.name, each.image),
    ),
  ];
}

/** The application's own; none before its first start and after a stop. */
export function applicationsOf(instance: Instance): readonly Container[] {
  const { node } = instance;
  const { container, image } = node;
  if (!container || !image) return [];
  const { runtime, reference } = image;
  const restarts = node.phase === "failed" && node.phaseEndsAt !== undefined && runtime === "docker";
  return [
    {
      id: container.id,
      name: runtime === "docker" ? "terraform-enterprise" : "terraform-enterprise-tfe",
      image: reference,
      state: appRuns(instance) ? "running" : restarts ? "restarting" : "exited",
      restarts: container.restarts,
      exitCode: container.exitCode,
      isApplication: true,
    },
  ];
}

const running = (name: string, image: string): Container => ({
  id: containerId(name),
  name,
  image,
  state: "running",
  restarts: 0,
  exitCode: 0,
  isApplication: false,
});

/** What holds a pod's namespaces. */
function pause({ node }: Instance): Container {
  const pod = containerId(`pod of ${node.container?.id ?? ""}`).slice(0, 12);
  return running(`${pod}-infra`, "localhost/podman-pause:5.2.2-1700000000");
}

/** A site's own image, where its settings name one; otherwise the one that the application builds on the node. */
function runImage({ node }: Instance): string {
  const { TFE_RUN_PIPELINE_IMAGE: own = "" } = node.settingsInEffect;
  return own === "" ? "hashicorp/tfc-agent:now" : own;
}
