import { beginning } from "../../domain/text/printable";
import { tellingLine } from "../../domain/text/reason";
import { lines } from "../../domain/text/text";

export interface SshAttempt {
  readonly stderr: string;
  /** Name under which the client knows the host's key. */
  readonly alias: string;
}

interface Reading {
  readonly says: RegExp;
  /** What it means and what to do. */
  readonly means: (attempt: SshAttempt) => string;
}

/** OpenSSH's own words (it translates none), the most telling first: one failure is often followed by others that it caused. */
const READINGS: readonly Reading[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    means: ({ alias }) =>
      `the host key has changed. An instance id is never reused, so find out what answers there before you run \`ssh-keygen -R ${alias}\` with the file that ssh names (for a bastion: its own name)`,
  },
  {
    says: /host key is known for|Host key verification failed/,
    means: () =>
      "the host key is unknown, and OpenSSH accepts known keys only. Add the key of that host to known_hosts, or have your hosts' keys signed (`@cert-authority` in known_hosts). With `tfe:sshHostKeys: console`, the default, the keys of nodes are learned from EC2",
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    means: () =>
      "the login was refused. Check that sshUser is right, that the key is offered (`ssh-add -l`, IdentityFile), and that image and bastion accept it",
  },
  {
    says: /Load key .*(?:bad permissions|UNPROTECTED)|UNPROTECTED PRIVATE KEY FILE/,
    means: () => "the private key is readable by others, so OpenSSH does not use it. Run chmod 600 on it",
  },
  {
    says: /Could not resolve hostname/,
    means: () => "a host name in the client's configuration does not resolve",
  },
  {
    says: /during banner exchange|banner exchange: .*timed out/i,
    means: () => "the connection was accepted, but nothing answers: the machine, or its sshd, hangs",
  },
  {
    says: /administratively prohibited/,
    means: () => "the bastion does not forward connections. Set AllowTcpForwarding in its sshd_config",
  },
  {
    says: /Timeout, server .* not responding/,
    means: () => "the connection went silent and was closed; the command may still be running",
  },
  {
    says: /Connection timed out|Operation timed out|No route to host|Network is unreachable/,
    means: () => "nothing answers. Check that the machine is up, and check security groups, routes and ProxyJump",
  },
  {
    says: /Connection refused/,
    means: () => "the machine is up, but its sshd is not, or it listens on another port",
  },
  {
    says: /System is booting up|System is going down|pam_nologin/,
    means: () => "the machine lets nobody in while it starts or stops; nothing was run",
  },
  {
    // The client says these after the login only.
    says: /^(?:client_loop: |packet_write_wait: |Write failed: |Read from remote host|Connection to .* closed by remote host)/,
    means: () => "the connection broke; the command may still be running",
  },
];

/** What the client says of a connection that ended before the login. */
const BEFORE_LOGIN =
  /^(?:kex|ssh)_exchange_identification: |^Connection (?:closed|reset)\b|^Connection to .* timed out|banner line/;

const NOISE =
  /^(?:@+$|Warning: Permanently added|Connection closed by UNKNOWN|kex_exchange_identification|\*\* |(?:Starting|Exiting) session with )/;

/** What a ProxyCommand says, Session Manager's above all. */
const PROXY_READINGS: readonly { readonly says: RegExp; readonly means: string }[] = [
  {
    says: /TargetNotConnected|is not connected/,
    means: "the SSM agent of the node is not connected yet. Check the agent, and the node's role and route to SSM",
  },
  {
    says: /SessionManagerPlugin is not found|session-manager-plugin/,
    means: "install the Session Manager plugin of the AWS CLI on this machine",
  },
  {
    says: /ExpiredToken|expired|Unable to locate credentials|InvalidClientTokenId|UnrecognizedClient|SSO Token/i,
    means: "the ProxyCommand has no valid AWS credentials. Renew them (`aws sso login`)",
  },
  {
    says: /AccessDenied|not authorized/,
    means: "the ProxyCommand's AWS credentials do not allow it (ssm:StartSession)",
  },
  {
    says: /config profile .* could not be found|must specify a region/,
    means: "the ProxyCommand names no profile or region that this machine's AWS configuration has",
  },
  {
    says: /Could not connect to the endpoint|Connect timeout on endpoint|Could not resolve host/,
    means: "this machine does not reach AWS. Check network, proxy and region",
  },
  {
    says: /not found|No such file or directory|Permission denied/,
    means: "the ProxyCommand's program cannot be run on this machine",
  },
];

/**
 * Whether the client refused the node because its configuration knows no key of it. It had not logged in then. Where it has no file for
 * known hosts, it says no more than that the check failed. What it says after that is of a bastion that failed.
 */
export function isUnknownHost(stderr: string): boolean {
  const said = lines(withoutMiddle(stderr)).filter((line) => line !== "");
  return said.at(-1) === "Host key verification failed." && !said.some((line) => /has changed|revoked/i.test(line));
}

/** Why OpenSSH could not do it: what it said, what that means, and what to do. One line. */
export function sshFailure(attempt: SshAttempt): string {
  const said = lines(withoutMiddle(attempt.stderr))
    .map((line) => beginning(line.trim(), LONGEST_READ))
    .filter((line) => line !== "");
  for (const { says, means } of READINGS) {
    const words = said.find((line) => says.test(line));
    if (words !== undefined) return `${unframed(words)}: ${means(attempt)}`;
  }
  const others = said.filter((line) => !NOISE.test(line));
  const end = said.find((line) => BEFORE_LOGIN.test(line));
  if (end !== undefined)
    return beforeLogin(
      others.filter((line) => !BEFORE_LOGIN.test(line)),
      end,
    );
  return beginning(others.at(-1) ?? said.at(-1) ?? "ssh failed without a message", LONGEST);
}

/** The connection was never made: the words of the ProxyCommand or bastion, which ended it, say why. */
function beforeLogin(others: readonly string[], end: string): string {
  const words = tellingLine(others.join("\n"));
  if (words === undefined) return `${unframed(end)}: the connection was closed before the login; nothing was run`;
  const known = PROXY_READINGS.find(({ says }) => says.test(words));
  return `${unframed(words)}: ${known?.means ?? "the way to the node (ProxyCommand, ProxyJump) failed"}; nothing was run`;
}

/** What an image says where it runs nothing for a login, however the "command" ended. */
const LOGIN_REFUSALS: readonly { readonly says: RegExp; readonly means: (found: readonly string[]) => string }[] = [
  {
    // cloud-init puts it before the key of root, with ten seconds of sleep.
    says: /^Please login as the user "([^"]*)" rather than the user "([^"]*)"/,
    means: ([, right = "", wrong = ""]) =>
      `the image refuses the login as ${wrong}. Set tfe:sshUser to ${right === "NONE" ? "a user of the image" : right}`,
  },
  {
    says: /^This account is currently not available/,
    means: () => "the login has no shell. Set tfe:sshUser to one that has",
  },
];

/** Why nothing ran, where the node let the login in and ran something else instead; undefined: it ran. */
export function loginRefusal(stdout: string): string | undefined {
  const words = (lines(stdout.slice(0, 1_000))[0] ?? "").trim();
  for (const { says, means } of LOGIN_REFUSALS) {
    const found = says.exec(words);
    if (found) return `${words.replace(/\.$/, "")}: ${means(found)}`;
  }
  return undefined;
}

const LONGEST = 300;

/** Bound on what is read of a line. OpenSSH's own are shorter. */
const LONGEST_READ = 2_000;

/** Bound on what is read of the beginning, where a connection fails, and of the end, where one breaks. */
const MOST_READ = 32 * 1024;

const withoutMiddle = (stderr: string): string =>
  stderr.length <= 2 * MOST_READ ? stderr : `${stderr.slice(0, MOST_READ)}\n${stderr.slice(-MOST_READ)}`;

/** Its loudest warning stands in a frame of at signs. */
const unframed = (words: string): string =>
  beginning(words.replace(/^@\s*|\s*@$/g, ""), LONGEST).replace(/[.\r]+$/, "");
