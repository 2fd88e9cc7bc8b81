import * as autoScaling from "@aws-sdk/client-auto-scaling";

type Command = Parameters<autoScaling.AutoScalingClient["send"]>[0];

/** Options of the AWS CLI that take a list. */
const LISTS = ["instance-ids", "scaling-processes"];

const pascal = (words: string): string => words.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The commands of the AWS CLI in a text, each as the call that it makes. Throws where there is no such call. */
export function callsIn(text: string): readonly Command[] {
  return [...text.matchAll(/aws autoscaling ([\w-]+)((?: [^;.`]+)?)/g)].map(([, verb = "", options = ""]) => {
    const name = `${pascal(verb)}Command` as keyof typeof autoScaling;
    const make = autoScaling[name] as unknown as (new (input: object) => Command) | undefined;
    if (make === undefined) throw new Error(`the AWS CLI has no autoscaling ${verb}`);
    return new make(inputOf(options));
  });
}

function inputOf(options: string): Record<string, unknown> {
  return Object.fromEntries(
    options
      .split(" --")
      .slice(1)
      .map((option): [string, unknown] => {
        const [name = "", ...values] = option.trim().split(" ");
        if (values.length === 0) return name.startsWith("no-") ? [pascal(name.slice(3)), false] : [pascal(name), true];
        if (LISTS.includes(name)) return [pascal(name), values];
        const [value = ""] = values;
        if (name === "launch-template")
          return [pascal(name), Object.fromEntries(value.split(",").map((p) => p.split("=")))];
        return [pascal(name), /^\d+$/.test(value) ? Number(value) : value];
      }),
  );
}
