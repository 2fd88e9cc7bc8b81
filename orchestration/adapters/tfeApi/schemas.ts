import { z } from "zod";

/** What is read of the API's documents (https://developer.hashicorp.com/terraform/enterprise/api-docs); the rest is left alone. */

const related = z.object({ data: z.object({ id: z.string() }) });

export const WORKSPACE = z.object({
  data: z.object({
    id: z.string(),
    attributes: z.object({
      "auto-apply": z.boolean().default(false),
      "execution-mode": z.string().default("remote"),
      locked: z.boolean().default(false),
      "resource-count": z.number().optional(),
      permissions: z
        .object({ "can-queue-run": z.boolean().default(true), "can-queue-apply": z.boolean().default(true) })
        .default({ "can-queue-run": true, "can-queue-apply": true }),
    }),
  }),
});

export const CONFIGURATION = z.object({
  data: z.object({
    id: z.string(),
    attributes: z.object({
      status: z.string(),
      "error-message": z.string().nullish(),
      "upload-url": z.string().nullish(),
    }),
  }),
});

const RUN_DATA = z.object({
  id: z.string(),
  attributes: z.object({
    status: z.string(),
    message: z.string().nullish(),
    actions: z
      .object({
        "is-cancelable": z.boolean().default(false),
        "is-confirmable": z.boolean().default(false),
        "is-discardable": z.boolean().default(false),
      })
      .default({ "is-cancelable": false, "is-confirmable": false, "is-discardable": false }),
  }),
  relationships: z.object({ plan: related.optional(), apply: related.optional() }).default({}),
});

export type RunData = z.infer<typeof RUN_DATA>;

export const RUN = z.object({ data: RUN_DATA });

export const RUNS = z.object({
  data: z.array(RUN_DATA),
  meta: z.object({ pagination: z.object({ "next-page": z.number().nullable() }) }).optional(),
});

/** A plan or an apply. */
export const PHASE = z.object({
  data: z.object({
    attributes: z.object({
      status: z.string(),
      "resource-destructions": z.number().nullish(),
      "log-read-url": z.string().nullish(),
    }),
  }),
});

export const ERRORS = z.object({
  errors: z.array(z.union([z.string(), z.object({ title: z.string().optional(), detail: z.string().optional() })])),
});
