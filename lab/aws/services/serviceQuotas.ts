import { AwsError, type RegionApi } from "../../region/api";
import { provisionsOf } from "../../region/provisions";
import { required } from "../params";
import type { Operation, Service } from "../service";

/** Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances, in vCPUs. */
const STANDARD = "L-1216C47A";

/** vCPUs that an account has before it asks for more (EC2 User Guide, Amazon EC2 instance type quotas). */
const DEFAULT_VCPUS = 5;

const quota =
  (valueOf: (region: RegionApi) => number): Operation =>
  (region, params) => {
    const [service, code] = [required(params, "ServiceCode"), required(params, "QuotaCode")];
    if (service !== "ec2" || code !== STANDARD) {
      throw new AwsError("NoSuchResourceException", `There is no quota ${code} of ${service}.`);
    }
    return {
      Quota: {
        ServiceCode: service,
        QuotaCode: code,
        QuotaName: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
        Value: valueOf(region),
        Adjustable: true,
        GlobalQuota: false,
      },
    };
  };

const GetServiceQuota = quota(({ state }) => provisionsOf(state).vcpuQuota);
const GetAWSDefaultServiceQuota = quota(() => DEFAULT_VCPUS);

export const serviceQuotas: Service = {
  protocol: "json",
  namespace: "ServiceQuotasV20190624",
  version: "2019-06-24",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { GetServiceQuota, GetAWSDefaultServiceQuota },
};
