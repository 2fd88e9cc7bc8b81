import { sshFailure } from "../../../orchestration/adapters/nodeShell/sshFailure";

// What OpenSSH 9.2 prints; test/sshd/ makes it say most of this for real.

const said = (stderr: string): string => sshFailure({ stderr, alias: "i-0a" });

it.each([
  [
    "a changed key, within its frame",
    "@@@@@@@@@@@@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n@@@@@@@@@@@@@@@\r\nHost key verification failed.\r\n",
    /^WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!: the host key has changed.*`ssh-keygen -R i-0a`/,
  ],
  [
    "an unknown key",
    "No ED25519 host key is known for i-0a and you have requested strict checking.\r\nHost key verification failed.\r\n",
    /^No ED25519 host key is known for i-0a .*: the host key is unknown.*accept-new/,
  ],
  [
    "an unknown key where it would have asked",
    "Host key verification failed.\r\n",
    /^Host key verification failed: the host key is unknown/,
  ],
  [
    "a bastion's refusal, not what followed from it",
    "ops@bastion: Permission denied (publickey).\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n",
    /^ops@bastion: Permission denied \(publickey\): the login was refused/,
  ],
  [
    "a name that is none",
    "ssh: Could not resolve hostname bastion: Name or service not known\r\n",
    /: a host name in the client's configuration does not resolve$/,
  ],
  ["a mute host", "Connection timed out during banner exchange\r\n", /: the connection was accepted/],
  ["no host", "ssh: connect to host 10.0.1.1 port 22: Connection timed out\r\n", /: nothing answers\./],
  ["no route", "ssh: connect to host 10.0.1.1 port 22: No route to host\r\n", /: nothing answers\./],
  [
    "no sshd",
    "ssh: connect to host 10.0.1.1 port 22: Connection refused\r\n",
    /: the machine is up, but its sshd is not/,
  ],
  [
    "silence",
    "Timeout, server 10.0.1.1 not responding.\r\n",
    /^Timeout, server 10\.0\.1\.1 not responding: .* went silent/,
  ],
  [
    "an end",
    "Connection to 10.0.1.1 closed by remote host.\r\n",
    /: the connection broke; the command may still be running$/,
  ],
  ["a break", "client_loop: send disconnect: Broken pipe\r\n", /: the connection broke/],
])("%s is told as what it is, with what to do", (_what, stderr, words) => {
  expect(said(stderr)).toMatch(words);
});

it.each([
  ["what is not foreseen, in its own words", "Bad configuration option: foo\r\n", "Bad configuration option: foo"],
  [
    "the words before the ones that say nothing",
    "oops\r\nConnection closed by UNKNOWN port 65535\r\n",
    /the connection broke/,
  ],
  ["silence as such", "\r\n", "ssh failed without a message"],
  ["no more than a line of it", "x".repeat(500), "x".repeat(200)],
])("tells %s", (_what, stderr, words) => {
  expect(said(stderr)).toMatch(words);
  expect(said(stderr)).not.toMatch(/[\r\n]/);
});
