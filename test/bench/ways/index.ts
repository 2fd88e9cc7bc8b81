import { byHand } from "./byHand";
import { instanceRefresh, WARMUP_SECONDS } from "./instanceRefresh";
import { repave } from "./repave";
import { followLatest, vendorModule } from "./vendorModule";
import type { Way } from "./way";

const VENDOR = [
  "Terraform Enterprise Active/Active, Upgrading or Patching",
  "https://www.terraform.io/docs/enterprise/admin/active-active.html",
] as const;
const MODULE = [
  "TFE version upgrades of the vendor's module",
  "https://github.com/hashicorp/terraform-aws-terraform-enterprise-hvd/blob/main/docs/tfe-version-upgrades.md",
] as const;
const REFRESH = [
  "Instance refresh in the Auto Scaling User Guide",
  "https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html",
] as const;
const PREPARED = ["prepared nodes", "prewarm.md"] as const;
const OURS = ["steps and checks of an upgrade", "upgrade.md"] as const;

/** Every way, in the order of the table. */
export const WAYS: readonly Way[] = [
  {
    name: "by-hand",
    title: "three `pulumi up` by hand",
    source: VENDOR,
    steps: "drain each node, scale to zero, look until every node is terminated, scale to one, look, scale to two",
    play: byHand,
  },
  {
    name: "vendor-module",
    title: "the vendor's module",
    source: MODULE,
    steps:
      "drain all nodes, change the launch template, terminate both instances, and let the group launch two new ones",
    prepare: followLatest,
    play: vendorModule,
  },
  {
    name: "instance-refresh",
    title: "instance refresh",
    source: REFRESH,
    steps: `drain each node, change the launch template, start an instance refresh (warmup ${WARMUP_SECONDS} s), look until it is over`,
    play: instanceRefresh,
  },
  {
    name: "tfe-repave",
    title: "tfe-repave",
    source: OURS,
    steps: "`npm run upgrade`, nothing else",
    play: repave(),
  },
  {
    name: "prewarm-1",
    title: "with one prepared node",
    source: PREPARED,
    steps: "`npm run upgrade -- --prewarm 1`, nothing else",
    play: repave("--prewarm", "1"),
  },
  {
    name: "prewarm-2",
    title: "with two prepared nodes",
    source: PREPARED,
    steps: "`npm run upgrade -- --prewarm 2`, nothing else",
    play: repave("--prewarm", "2"),
  },
  {
    name: "stopped",
    title: "with one prepared node, zero means stopped",
    source: PREPARED,
    steps: "`npm run upgrade -- --prewarm 1 --zero-means stopped`, nothing else",
    play: repave("--prewarm", "1", "--zero-means", "stopped"),
  },
];
