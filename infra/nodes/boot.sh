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

# Metadata come from IMDSv2; the proxy cannot reach it.
metadata_token() {
  curl --fail --silent --show-error --noproxy '*' --retry 5 --request PUT \
    --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token
}

private_address() {
  local token
  token="$(metadata_token)"
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
