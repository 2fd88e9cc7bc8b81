import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { drainEach, untilHealthy, untilIdle } from "../dialects";
import type { Play, Prepare } from "./way";

/** The module's group launches from `$Latest`. */
export const followLatest: Prepare = async ({ person }) => {
  const { AutoScalingGroupName, LaunchTemplate: template } = await person.group();
  const LaunchTemplate = { LaunchTemplateId: template?.LaunchTemplateId, Version: "$Latest" };
  await person.clients.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate }));
};

/** The module's page: drain all nodes, apply the new template, terminate the instances; the group launches new ones. */
export const vendorModule: Play = async ({ person, facts }) => {
  const old = await person.nodes();
  if (facts.drainAll === undefined) await drainEach(person, facts);
  else {
    await person.onNode(old[0] ?? "", facts.drainAll);
    await untilIdle(person, old, facts.containers);
  }
  await person.pulumiUp({ [facts.course.key]: facts.release });
  await person.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [...old] }));
  await person.until("every old node has left the group", async () =>
    (await person.nodes()).every((id) => !old.includes(id)),
  );
  await untilHealthy(person, 2, facts);
};
