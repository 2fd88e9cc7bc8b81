/** Runs a Pulumi program without an engine and records every resource that it declares. */
import * as pulumi from "@pulumi/pulumi";

export interface Declared {
  /** Type token, as `aws:autoscaling/group:Group`. */
  readonly type: string;
  readonly name: string;
  /** What the provider would be given, outputs resolved; a secret input keeps its wrapper. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: pulumi.ResourceOptions;
  /** Ends in `…$<parent's type>$<type>::<name>`. */
  readonly urn: string;
}

export interface Declaration<T> {
  readonly resources: readonly Declared[];
  /** The one resource of this type. */
  readonly only: (type: string) => Declared;
  readonly of: (type: string) => readonly Declared[];
  /** What the program returned, each output resolved. */
  readonly outputs: { readonly [K in keyof T]: T[K] extends pulumi.Output<infer V> ? V : T[K] };
  /** Names of outputs that are secret. */
  readonly secretOutputs: readonly string[];
}

export interface Setting {
  readonly stack?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  readonly preview?: boolean;
  /** What the world answers for a type, whatever the program says. */
  readonly observed?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Properties that a provider computes: by type, else `<name>_<property>`. */
const COMPUTED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 7, defaultVersion: 1 },
};

/** Runs the program; it proves what is declared, not that AWS accepts it. */
export async function declare<T extends object>(
  program: () => T | Promise<T>,
  setting: Setting = {},
): Promise<Declaration<T>> {
  const { observed = {} } = setting;
  const given = new Map<string, pulumi.runtime.MockResourceArgs>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        given.set(`${args.type} ${args.name}`, args);
        const id = `${args.name}-id`;
        const inputs = args.inputs as Record<string, unknown>;
        return {
          id,
          state: { arn: `arn:${args.type}:${args.name}`, ...inputs, ...COMPUTED[args.type], ...observed[args.type] },
        };
      },
      call: ({ token }) => {
        const message = `Unexpected invoke of ${token}`;
        throw Object.assign(new Error(message), { details: message });
      },
    },
    "tfe",
    setting.stack ?? "test",
    setting.preview ?? false,
  );
  pulumi.runtime.setAllConfig({ ...setting.config }, [...(setting.secretKeys ?? [])]);

  const seen: pulumi.ResourceTransformationArgs[] = [];
  let returned = {} as T;
  let thrown: unknown;
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation((args) => {
      seen.push(args);
      return undefined;
    });
    // The SDK ends the process when the program throws here, so the error waits until it has returned.
    try {
      returned = await program();
    } catch (error) {
      thrown = error;
    }
    return {};
  });
  if (thrown !== undefined) {
    await pulumi.runtime.disconnect();
    throw thrown as Error;
  }

  const resources = await Promise.all(
    seen.map(async ({ resource, type, name, opts }): Promise<Declared> => {
      const urn = await valueOf(resource.urn);
      const inputs = (given.get(`${type} ${name}`)?.inputs ?? {}) as Declared["inputs"];
      return { type, name, inputs, options: opts, urn };
    }),
  );
  const outputs = await Promise.all(
    Object.entries(returned).map(async ([name, output]: [string, pulumi.Output<unknown>]) => ({
      name,
      value: await valueOf(output),
      secret: await pulumi.isSecret(output),
    })),
  );
  // Whatever is still under way would reach the next test's mocks.
  await pulumi.runtime.disconnect();

  const of = (type: string): readonly Declared[] => resources.filter((resource) => resource.type === type);
  return {
    resources,
    of,
    only: (type) => {
      const [one, ...more] = of(type);
      if (one === undefined || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} resources of ${type}`);
      return one;
    },
    outputs: Object.fromEntries(outputs.map(({ name, value }) => [name, value])) as Declaration<T>["outputs"],
    secretOutputs: outputs.filter(({ secret }) => secret).map(({ name }) => name),
  };
}

export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** Type of the resource's parent, from its URN. */
export function parentType(resource: Declared): string | undefined {
  return resource.urn.split("::")[2]?.split("$").at(-2);
}
