# tfe-repave: fdo-fetch
# Pulls the image that a new node will run, with the login of a new node, and prints {"digest":"sha256:…","seconds":N}. Run by root:
#   sh -c SCRIPT NAME RUNTIME IMAGE LOGIN REGION REGISTRY_SECRET_ARN LICENSE_SECRET_ARN PROXY_URL NO_PROXY
# IMAGE      repository:tag
# LOGIN      secret, licence, role or none: whose password opens the registry
# REGION     of the registry, where the password is the role's
# The password is in this shell and on standard input alone; what the runtime keeps of it is in memory, and goes with the script.
set -eu
umask 077
runtime=$1 image=$2 login=$3 region=$4 registry_secret=$5 licence=$6 proxy=$7 without_proxy=$8
registry=${image%%/*}
repository=${image%:*}

fail() {
  echo "$1" >&2
  exit 3
}

secret() {
  aws secretsmanager get-secret-value --region "$(printf '%s' "$1" | cut -d: -f4)" --secret-id "$1" \
    --query 'SecretString || SecretBinary' --output text
}

if [ -n "$proxy" ]; then
  export http_proxy="$proxy" https_proxy="$proxy" no_proxy="$without_proxy"
  export HTTP_PROXY="$proxy" HTTPS_PROXY="$proxy" NO_PROXY="$without_proxy"
fi
command -v jq >/dev/null || fail "jq is not installed"
# A node that is not one with a container yet has the runtime that it has; the image is the same.
command -v "$runtime" >/dev/null || runtime=docker
folder=$(mktemp -d -p /dev/shm tfe-repave.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM
export DOCKER_CONFIG="$folder" REGISTRY_AUTH_FILE="$folder/auth.json"

user='' password=''
case $login in
  none) ;;
  licence)
    user=terraform
    password=$(secret "$licence")
    ;;
  role)
    user=AWS
    password=$(aws ecr get-login-password --region "$region")
    ;;
  secret)
    text=$(secret "$registry_secret")
    user=$(printf '%s' "$text" | jq -er '.username | strings' 2>/dev/null) || fail "the registry secret has no username"
    password=$(printf '%s' "$text" | jq -er '.password | strings' 2>/dev/null) || fail "the registry secret has no password"
    ;;
  *) fail "there is no login by $login" ;;
esac
if [ "$login" != none ]; then
  case $password in '' | None) fail "the password of $registry is empty" ;; esac
  printf '%s' "$password" | "$runtime" login --username "$user" --password-stdin "$registry" >/dev/null
fi

begun=$(date +%s)
"$runtime" pull --quiet "$image" >/dev/null
seconds=$(($(date +%s) - begun))
"$runtime" image inspect "$image" | jq -cer --arg repository "$repository" --argjson seconds "$seconds" '
  [.[0].RepoDigests[]? | split("@") | select(.[0] == $repository or (.[0] | endswith("/" + $repository))) | .[1]][0]
  | strings
  | {digest: ., seconds: $seconds}' || fail "the runtime does not say which digest it pulled of $image"
