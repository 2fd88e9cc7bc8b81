import type { Service } from "../service";
import { userArn } from "./iam";

export const sts: Service = {
  protocol: "query",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  version: "2011-06-15",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: {
    GetCallerIdentity: ({ state }) => ({
      Arn: userArn(state),
      UserId: "AIDALABLABLABLABLABLA",
      Account: state.accountId,
    }),
  },
};
