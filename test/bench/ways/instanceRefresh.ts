import { DescribeInstanceRefreshesCommand, StartInstanceRefreshCommand } from "@aws-sdk/client-auto-scaling";
import { drainEach, untilHealthy } from "../dialects";
import { latestVersion, type Play } from "./way";

/** Seconds: a node build and a minute. The default is the group's grace period of half an hour, for each node. */
export const WARMUP_SECONDS = 420;

/** Drain each node as the vendor asks, stage the build, and let Auto Scaling replace one node after the other. */
export const instanceRefresh: Play = async ({ person, facts }) => {
  await drainEach(person, facts);
  await person.pulumiUp({ [facts.course.key]: facts.release });
  const { AutoScalingGroupName, LaunchTemplate: template } = await person.group();
  const version = String(await latestVersion(person));
  const { autoScaling } = person.clients;
  const { InstanceRefreshId: id } = await autoScaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: template?.LaunchTemplateId, Version: version } },
      Preferences: { InstanceWarmup: WARMUP_SECONDS },
    }),
  );
  await person.until("the refresh is over", async () => {
    const { InstanceRefreshes: found = [] } = await autoScaling.send(
      new DescribeInstanceRefreshesCommand({ AutoScalingGroupName, InstanceRefreshIds: id === undefined ? [] : [id] }),
    );
    return found.find((each) => each.InstanceRefreshId === id)?.Status === "Successful";
  });
  await untilHealthy(person, 2, facts);
};
