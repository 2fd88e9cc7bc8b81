# Builds one node of Terraform Enterprise, once, on its first boot. infra/nodes/replicated/userData.ts puts the stack's values in front.

set -E
umask 077
ROOT="${ROOT:-}"
LOG="$ROOT/var/log/tfe-repave-user-data.log"
mkdir -p "$ROOT/var/log" "$ROOT/var/tmp" "$ROOT/etc/profile.d"
exec >>"$LOG" 2>&1

# To stderr: where a function fails, stdout may be the file that it was writing.
say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >&2; }
trap 'say "FAILED at line $LINENO: this node will not start Terraform Enterprise"' ERR

# Settings, licence and key rest here on their way; the folder goes when the script ends, well or not.
work="$(mktemp -d -p "$ROOT/var/tmp" tfe-repave.XXXXXX)"
trap 'rm -rf "$work"' EXIT

# A prepared image has these already; a plain one pays for them with time in the outage.
require_tools() {
  local missing=() tool
  for tool in aws curl jq; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  say "installing what the image lacks: ${missing[*]}"
  if command -v apt-get >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y "${missing[@]/#aws/awscli}"
  else
    yum install -q -y "${missing[@]/#aws/awscli}"
  fi
}

# The address comes from IMDSv2; the proxy cannot reach it.
private_address() {
  local token
  token="$(curl --fail --silent --show-error --noproxy '*' --retry 5 --request PUT \
    --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)"
  curl --fail --silent --show-error --noproxy '*' --retry 5 \
    --header "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/local-ipv4
}

# Prints the text of a secret (base64 where it is stored as binary). Its region is in its ARN.
secret() {
  aws secretsmanager get-secret-value --region "$(cut -d: -f4 <<<"$1")" --secret-id "$1" \
    --query 'SecretString || SecretBinary' --output text
}

# Prints a PEM that was stored as it is or in base64.
pem() {
  local text
  text="$(secret "$1")"
  case "$text" in
    *-----BEGIN*) printf '%s\n' "$text" ;;
    *) base64 --decode <<<"$text" ;;
  esac
}

fetch() {
  case "$1" in
    s3://*) aws s3 cp --only-show-errors "$1" "$2" ;;
    *) curl --fail --silent --show-error --location --proto '=https' --retry 5 --output "$2" "$1" ;;
  esac
}

# The daemon runs as this user, which the installer otherwise creates too late to own files that nobody else may read.
for_replicated() {
  id -u replicated >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin replicated
  chown replicated "$@"
  chmod 0600 "$@"
}

trust_authorities() {
  pem "$CA_BUNDLE_SECRET_ARN" >"$work/ca.pem"
  jq -Rs '{ca_certs: {value: .}}' "$work/ca.pem" >"$work/ca.json"
  if command -v update-ca-certificates >/dev/null; then
    install -D -m 0644 "$work/ca.pem" "$ROOT/usr/local/share/ca-certificates/tfe.crt"
    update-ca-certificates
  else
    install -D -m 0644 "$work/ca.pem" "$ROOT/etc/pki/ca-trust/source/anchors/tfe.crt"
    update-ca-trust extract
  fi
}

# Settings are {"key": {"value": "text"}}. The secret may also hold {"key": "text"}; a key without a value is not set at all.
# What the stack says (appConfig) wins over the secret.
write_settings() {
  printf '{}' >"$work/ca.json"
  if [ -n "$CA_BUNDLE_SECRET_ARN" ]; then trust_authorities; fi
  secret "$SETTINGS_SECRET_ARN" | jq '
    map_values(if type == "object" then .value else . end)
    | with_entries(select(.value != null))
    | map_values({value: tostring})' >"$work/secret.json"
  app_config >"$work/app-config.json"
  jq -s 'add' "$work/secret.json" "$work/ca.json" "$work/app-config.json" >"$ROOT/etc/ptfe-settings.json"
  for_replicated "$ROOT/etc/ptfe-settings.json"
}

write_licence_and_certificate() {
  install -d -m 0755 "$ROOT/etc/tfe"
  secret "$LICENSE_SECRET_ARN" | base64 --decode >"$ROOT/etc/tfe/license.rli"
  pem "$TLS_CERTIFICATE_SECRET_ARN" >"$ROOT/etc/tfe/tls.crt"
  pem "$TLS_KEY_SECRET_ARN" >"$ROOT/etc/tfe/tls.key"
  for_replicated "$ROOT/etc/tfe/license.rli" "$ROOT/etc/tfe/tls.crt" "$ROOT/etc/tfe/tls.key"
}

# Read by every log-in shell, so other shells than bash must be able to skip it: the hyphen is bash's own.
write_shortcut() {
  cat >"$ROOT/etc/profile.d/tfe-app-config.sh" <<'PROFILE'
# tfe-app-config <KEY> <VALUE>: changes a setting on this node, to be followed by `replicatedctl app restart` on each node.
# It lasts until the next repave; record it in tfe:appConfig of the stack to keep it.
if [ -n "${BASH_VERSION:-}" ] && ! shopt -oq posix; then
  eval 'tfe-app-config() { /usr/local/bin/replicated admin app-config -k "$1" -v "$2"; }'
fi
PROFILE
  chmod 0644 "$ROOT/etc/profile.d/tfe-app-config.sh"
}

use_proxy() {
  export http_proxy="$PROXY_URL" https_proxy="$PROXY_URL" no_proxy="$NO_PROXY_LIST"
  export HTTP_PROXY="$PROXY_URL" HTTPS_PROXY="$PROXY_URL" NO_PROXY="$NO_PROXY_LIST"
}

# `fast-timeouts`: there is nobody to answer the installer's questions.
install_replicated() {
  local arguments=(fast-timeouts disable-replicated-ui "private-address=$address" "public-address=$address")
  if [ -n "$PROXY_URL" ]; then
    arguments+=("http-proxy=$PROXY_URL" "additional-no-proxy=$NO_PROXY_LIST")
  else
    arguments+=(no-proxy)
  fi
  cd "$work"
  if [ -n "$AIRGAP_PACKAGE_URL" ]; then
    # An airgapped image brings Docker with it.
    install -d -m 0755 "$ROOT/opt/tfe"
    fetch "$AIRGAP_PACKAGE_URL" "$ROOT/opt/tfe/package.airgap"
    for_replicated "$ROOT/opt/tfe/package.airgap"
    fetch "$AIRGAP_INSTALLER_URL" installer.tar.gz
    tar -xzf installer.tar.gz
    arguments+=(airgap)
  else
    fetch "$INSTALLER_URL" install.sh
  fi
  bash ./install.sh "${arguments[@]}" </dev/null
}

# The role's credentials may come a little after the machine, and Secrets Manager may throttle: the client waits for both.
export AWS_METADATA_SERVICE_NUM_ATTEMPTS=10 AWS_METADATA_SERVICE_TIMEOUT=5 AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8
AWS_DEFAULT_REGION="$(cut -d: -f4 <<<"$SETTINGS_SECRET_ARN")"
export AWS_DEFAULT_REGION

if [ -n "$PROXY_URL" ]; then use_proxy; fi
require_tools
address="$(private_address)"
say "building $TFE_HOSTNAME on $address"
write_settings
write_licence_and_certificate
replicated_conf >"$ROOT/etc/replicated.conf"
for_replicated "$ROOT/etc/replicated.conf"
write_shortcut
install_replicated
say "the installer has ended; the application starts by itself"
