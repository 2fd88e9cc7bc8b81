/**
 * Variables of the environment by what a program needs them for. Children get the lists that they need and no other variable, so that
 * credentials, passphrases and the secrets of webhooks stay with those who use them. A name that ends in `*` stands for all that begin so.
 */
export const CHILD_VARIABLES = {
  /** Every program. */
  person: [
    ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "TZ", "LANG", "LANGUAGE", "LC_*", "TERM"],
    ...["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"],
    ...[
      "SYSTEMROOT",
      "SystemRoot",
      "COMSPEC",
      "ComSpec",
      "PATHEXT",
      "APPDATA",
      "LOCALAPPDATA",
      "USERPROFILE",
      "USERNAME",
    ],
  ],
  /** What has a window. */
  desktop: [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_*",
    "BROWSER",
    "DESKTOP_SESSION",
  ],
  /** What reaches the internet. */
  network: [
    ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"],
    ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_OPTIONS"],
  ],
  /** OpenSSH's client, and whatever asks for its keys. */
  ssh: ["SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "SSH_SK_PROVIDER", "KRB5CCNAME", "KRB5_CONFIG"],
  /** Where AWS is, and as whom; no secret in itself. */
  awsPlace: [
    ...["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE"],
    ...["AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "AWS_SDK_LOAD_CONFIG", "AWS_EC2_METADATA_DISABLED"],
    ...["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"],
  ],
  /** Credentials of AWS. */
  awsCredentials: [
    ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ...["AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    ...["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
    ...["AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
  ],
  /** The Go compiler, which also fetches modules with git. */
  go: ["GO*", "CGO_ENABLED", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "NETRC", "CC", "CXX"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type VariableList = keyof typeof CHILD_VARIABLES;

/** The variables of these lists that are set in `env`. */
export function childVariables(env: NodeJS.ProcessEnv, lists: readonly VariableList[]): NodeJS.ProcessEnv {
  const names: readonly string[] = lists.flatMap((list) => CHILD_VARIABLES[list]);
  const wanted = (name: string): boolean =>
    names.some((each) => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each));
  return Object.fromEntries(Object.entries(env).filter(([name]) => wanted(name)));
}
