# tfe-repave: fdo-preupgrade-check
# Has a pulled image check whether this installation can be upgraded to it, and prints {"exitCode":N,"output":"…"}. Run by root:
#   sh -c SCRIPT NAME RUNTIME ID IMAGE CONTAINER LIMIT PLAIN
# ID         the application's container, whose variables and mounted files the check is given
# CONTAINER  name of the container that checks; it is removed at the end
# LIMIT      in seconds
# PLAIN      JSON: names of variables that are no secrets; the values of all others are cut out of the output
# The variables are handed on as a process hands them on to its child: neither a file nor an argument holds their values.
set -eu
runtime=$1 id=$2 image=$3 container=$4 limit=$5 plain=$6

fail() {
  echo "$1" >&2
  exit 3
}

gone() { "$runtime" rm --force "$container" >/dev/null 2>&1 || true; }

command -v jq >/dev/null || fail "jq is not installed"
environment=$("$runtime" inspect --format '{{json .Config.Env}}' "$id") || fail "the environment of the application cannot be read"
mounted=$("$runtime" inspect --format '{{range .Mounts}}{{if eq .Type "bind"}}{{.Source}}:{{.Destination}}{{"\n"}}{{end}}{{end}}' "$id") ||
  fail "the files of the application cannot be read"

given=$(printf '%s' "$environment" | jq -c '
  map(select(test("^(TFE_[A-Z0-9_]+|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)="))
    | {name: .[0:index("=")], value: .[index("=") + 1:]})' 2>/dev/null) || fail "the environment of the application is not understood"
eval "$(printf '%s' "$given" | jq -r '.[] | "export \(.name)=\(.value | @sh)"')"

set --
for name in $(printf '%s' "$given" | jq -r '.[].name'); do
  set -- "$@" --env "$name"
done
# Certificates and the like, but no socket: the check starts nothing.
while IFS= read -r mount; do
  if [ -f "${mount%%:*}" ] || [ -d "${mount%%:*}" ]; then set -- "$@" --volume "$mount:ro"; fi
done <<MOUNTS
$mounted
MOUNTS

gone
trap gone EXIT
trap 'exit 143' HUP INT TERM
code=0
output=$(timeout "$limit" "$runtime" run --rm --name "$container" --pull never "$@" \
  --entrypoint /usr/local/bin/preupgrade-check "$image" 2>&1) || code=$?

{
  printf '%s\n' "$given"
  printf '%s' "$output" | jq -Rs .
} | jq -cs --argjson plain "$plain" --argjson code "$code" '
  (.[0] | map(select(.name as $name | $plain | index($name) | not) | .value | select(length > 5)) | sort_by(-length)) as $secrets
  | {exitCode: $code, output: (reduce $secrets[] as $secret (.[1]; split($secret) | join("[secret]")) | .[-60000:])}'
