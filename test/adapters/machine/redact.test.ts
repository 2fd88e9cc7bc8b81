import { redact } from "../../../orchestration/adapters/machine/redact";

const ENV = {
  PULUMI_CONFIG_PASSPHRASE: "abc",
  PULUMI_ACCESS_TOKEN: "pul-0123456789",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG",
  STRIPE_API_KEY: "sk_live_1",
  TFE_REPAVE_SLACK_WEBHOOK_URL: "https://chat.example.com/hook/xyz",
  LDAP_BIND_PW: "a.c",
  PWD: "/home/me",
  SSH_AUTH_SOCK: "/tmp/agent",
  USE_TOKEN: "true",
};

it.each([
  ["a short value, where it stands alone", "passphrase abc is wrong; abcd", "passphrase [secret] is wrong; abcd"],
  ["a short value, as it is and not as a pattern", "got a.c, not abcd", "got [secret], not abcd"],
  ["a value of a variable named _KEY", "refused sk_live_1", "refused [secret]"],
  ["a long value within a word", "xpul-0123456789x", "x[secret]x"],
  ["an address that is a secret", "POST https://chat.example.com/hook/xyz failed", "POST [secret] failed"],
  ["the id of an access key", "user AKIAIOSFODNN7EXAMPLE is denied", "user [secret] is denied"],
  ["user name and password", "cannot reach //u:p@h/db", "cannot reach //[secret]@h/db"],
])("removes %s", (_what, text, clean) => {
  expect(redact(text, ENV)).toBe(clean);
});

it("leaves what is no secret", () => {
  const text = "in /home/me, by /tmp/agent: true, `aws:region` must be set";
  expect(redact(text, ENV)).toBe(text);
});
