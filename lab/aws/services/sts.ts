import type { Service } from "../service";

export const sts: Service = {
  protocol: "query",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  version: "2011-06-15",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: {
    GetCallerIdentity: ({ state }) => ({
      Arn: `arn:aws:iam::${state.accountId}:user/lab`,
      UserId: "AIDALABLABLABLABLABLA",
      Account: state.accountId,
    }),
  },
};
