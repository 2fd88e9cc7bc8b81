import { drainEach, untilHealthy } from "../dialects";
import { type Play, latestVersion } from "./way";

/** The vendor's page: drain each node, scale to zero, to one, look, to two; three `pulumi up`. */
export const byHand: Play = async ({ person, facts }) => {
  const old = await person.nodes();
  const next = (await latestVersion(person)) + 1;
  await drainEach(person, facts);
  // Release, pin and zero in one update: a person who knows the stack saves one.
  await person.pulumiUp({
    [facts.course.key]: facts.release,
    activeTemplateVersion: String(next),
    nodeCount: "0",
  });
  await person.until("every old node is terminated", async () =>
    (await person.states(old)).every((state) => state === "terminated"),
  );
  await person.pulumiUp({ nodeCount: "1" });
  await untilHealthy(person, 1, facts);
  await person.pulumiUp({ nodeCount: "2" });
  await untilHealthy(person, 2, facts);
};
