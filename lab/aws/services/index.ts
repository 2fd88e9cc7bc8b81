import type { Service } from "../service";
import { autoScaling } from "./autoScaling";
import { cloudWatch } from "./cloudWatch";
import { ec2 } from "./ec2";
import { iam } from "./iam";
import { loadBalancing } from "./loadBalancing";
import { rds } from "./rds";
import { secretsManager } from "./secretsManager";
import { sns } from "./sns";
import { serviceQuotas } from "./serviceQuotas";
import { ssm } from "./ssm";
import { sts } from "./sts";

/** By the name that the credential scope of a signed request carries. */
export const SERVICES: Readonly<Record<string, Service>> = {
  autoscaling: autoScaling,
  ec2,
  elasticloadbalancing: loadBalancing,
  iam,
  monitoring: cloudWatch,
  rds,
  secretsmanager: secretsManager,
  sns,
  servicequotas: serviceQuotas,
  ssm,
  sts,
};
