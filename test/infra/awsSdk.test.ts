import { awsPlace } from "../../infra/awsSdk";

it.each([
  [{}, {}],
  [{ "aws:region": "eu-central-1" }, { region: "eu-central-1" }],
  [
    { "aws:region": "eu-central-1", "aws:profile": "ops", "tfe:image": "ami-a" },
    { region: "eu-central-1", profile: "ops" },
  ],
  [{ "aws:region": "" }, {}],
])("%j leads to %j", (config, place) => {
  expect(awsPlace(config)).toEqual(place);
});
