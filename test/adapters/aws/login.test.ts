import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loginCommand } from "../../../orchestration/adapters/aws/diagnosis/login";

const CONFIG = `
[default]
region = eu-west-1
[profile sso]
sso_session = corp
[profile role]
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = sso
[profile tool]
credential_process = /opt/keys
[profile a]
source_profile = b
[profile b]
source_profile = a
`;

const CREDENTIALS = `
[keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = none
`;

describe("the command for new credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  const before = { ...process.env };
  beforeAll(() => {
    writeFileSync(join(folder, "config"), CONFIG);
    writeFileSync(join(folder, "credentials"), CREDENTIALS);
    process.env["AWS_CONFIG_FILE"] = join(folder, "config");
    process.env["AWS_SHARED_CREDENTIALS_FILE"] = join(folder, "credentials");
  });
  afterAll(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["of a profile of IAM Identity Center logs in", "sso", "aws sso login --profile sso"],
    ["of a role logs in to the profile that it is taken with", "role", "aws sso login --profile sso"],
    ["of a profile with keys asks for new ones", "keys", "aws configure --profile keys"],
    ["of a profile with a program names the program", "tool", "correct credential_process of profile tool"],
    ["of a profile that is not there makes it", "new", "aws configure sso --profile new"],
    ["of no profile makes the default one", undefined, "aws configure sso"],
    ["ends where profiles go in circles", "a", "aws configure sso --profile b"],
  ])("%s", async (_title, profile, command) => {
    expect(await loginCommand(profile)).toBe(command);
  });
});
