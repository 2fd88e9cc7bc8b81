import { isUnknownHost, loginRefusal, sshFailure } from "../../../orchestration/adapters/nodeShell/sshFailure";

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
    /^No ED25519 host key is known for i-0a .*: the host key is unknown.*@cert-authority.*sshHostKeys: console/,
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
    /^oops: the way to the node \(ProxyCommand, ProxyJump\) failed; nothing was run$/,
  ],
  ["silence as such", "\r\n", "ssh failed without a message"],
  ["no more than a line of it", "x".repeat(500), /^x{300}$/],
])("tells %s", (_what, stderr, words) => {
  expect(said(stderr)).toMatch(words);
  expect(said(stderr)).not.toMatch(/[\r\n]/);
});

/** What the client adds where its ProxyCommand ends before the server has said a word. */
const ENDED =
  "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n";

it.each([
  [
    "the agent of the node is not connected",
    "\nAn error occurred (TargetNotConnected) when calling the StartSession operation: i-0a is not connected.\n",
    /^An error occurred \(TargetNotConnected\) .* i-0a is not connected: the SSM agent of the node is not connected yet/,
  ],
  [
    "the plugin is missing",
    "SessionManagerPlugin is not found. Please refer to SessionManager Documentation here: http://docs.aws.amazon.com/x\n",
    /^SessionManagerPlugin is not found\..*: install the Session Manager plugin/,
  ],
  [
    "the token has expired",
    "\nAn error occurred (ExpiredTokenException) when calling the StartSession operation: The security token included in the request is expired\n",
    /^An error occurred \(ExpiredTokenException\).*: the ProxyCommand has no valid AWS credentials\. Renew them/,
  ],
  [
    "the session is not allowed",
    "\nAn error occurred (AccessDeniedException) when calling the StartSession operation: User: arn:aws:iam::1:user/ops is not authorized to perform: ssm:StartSession\n",
    /not authorized .*: the ProxyCommand's AWS credentials do not allow it/,
  ],
  [
    "there is no such program",
    "/bin/sh: 1: exec: aws: not found\n",
    /aws: not found: the ProxyCommand's program cannot be run/,
  ],
  [
    "the token of a single sign-on is missing",
    "\nError loading SSO Token: Token for default does not exist\n",
    /^Error loading SSO Token: .*: the ProxyCommand has no valid AWS credentials\. Renew them/,
  ],
  [
    "the profile is unknown",
    "\nThe config profile (ops) could not be found\n",
    /could not be found: the ProxyCommand names no profile or region/,
  ],
  [
    "AWS is out of reach",
    '\nCould not connect to the endpoint URL: "https://ssm.eu-central-1.amazonaws.com/"\n',
    /: this machine does not reach AWS\. Check network, proxy and region/,
  ],
  [
    "the session started, and nothing else was said",
    "Starting session with SessionId: ops-0abc\n",
    /^kex_exchange_identification: .*: the connection was closed before the login/,
  ],
  ["it is something else", "corporate proxy says 407\n", /^corporate proxy says 407: the way to the node .* failed/],
  [
    "nothing is said",
    "",
    /^kex_exchange_identification: Connection closed by remote host: the connection was closed before the login/,
  ],
])("a ProxyCommand that ends is told in its own words: %s", (_what, words, told) => {
  const why = said(`${words}${ENDED}`);
  expect(why).toMatch(told);
  // Nothing can run on a connection that was never made.
  expect(why).toMatch(/; nothing was run$/);
  expect(why).not.toContain("may still be running");
});

it.each([
  "Connection closed by 10.0.1.1 port 22\r\n",
  "Connection reset by 10.0.1.1 port 22\r\n",
  "kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 10.0.1.1 port 22\r\n",
  "Connection to 10.0.1.1 port 22 timed out\r\n",
])("a connection that ends before the login leaves nothing running: %s", (stderr) => {
  expect(said(stderr)).toMatch(/: the connection was closed before the login; nothing was run$/);
});

it("a machine that is starting or stopping is told apart from a way that fails", () => {
  const words =
    '"System is booting up. Unprivileged users are not permitted to log in yet. For technical details, see pam_nologin(8)."';
  expect(said(`${words}\r\nConnection closed by 10.0.1.1 port 22\r\n`)).toMatch(
    /the machine lets nobody in while it starts or stops; nothing was run$/,
  );
});

it.each([
  ["client_loop: send disconnect: Connection reset\r\n"],
  ["Read from remote host 10.0.1.1: Connection reset by peer\r\nConnection to 10.0.1.1 closed.\r\n"],
])("a connection that ends after the login may: %s", (stderr) => {
  expect(said(stderr)).toMatch(/: the connection broke; the command may still be running$/);
});

it.each([
  [
    'Please login as the user "ubuntu" rather than the user "root".\n\n',
    /refuses the login as root\. Set tfe:sshUser to ubuntu$/,
  ],
  [
    'Please login as the user "NONE" rather than the user "root".\n\n',
    /refuses the login as root\. Set tfe:sshUser to a user of the image$/,
  ],
  ['\r\nPlease login as the user "ec2-user" rather than the user "root".\n', undefined],
  ["This account is currently not available.\n", /^This account is currently not available: the login has no shell/],
  ['{"State": "started"}\n', undefined],
  ["", undefined],
])("a login that the image refuses is known by what is printed instead of an answer: %j", (stdout, told) => {
  if (told === undefined) expect(loginRefusal(stdout)).toBeUndefined();
  else expect(loginRefusal(stdout)).toMatch(told);
});

it.each([
  [
    "No ED25519 host key is known for i-0a and you have requested strict checking.\r\nHost key verification failed.\r\n",
    true,
  ],
  // Without a file for known hosts it says only this.
  ["Host key verification failed.\r\n", true],
  ["Warning: noise\nHost key verification failed.\n", true],
  ["@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.\r\n", false],
  ["@ WARNING: REVOKED HOST KEY DETECTED! @\r\nHost key verification failed.\r\n", false],
  // A bastion's.
  [
    "No ED25519 host key is known for b.\r\nHost key verification failed.\r\nConnection closed by UNKNOWN port 65535\r\n",
    false,
  ],
  ["ops@node: Permission denied (publickey).\r\n", false],
  ["", false],
])("%j is a node whose key is unknown: %s", (stderr, is) => {
  expect(isUnknownHost(stderr)).toBe(is);
});

it("is found at the end of whatever the command itself said before the connection broke", () => {
  const noise = "drain: waiting\n".repeat(50_000);
  expect(said(`${noise}client_loop: send disconnect: Broken pipe\r\n`)).toMatch(/: the connection broke/);
  expect(said(`ssh: connect to host a port 22: Connection refused\r\n${noise}`)).toMatch(/its sshd is not/);
});
