# tfe-repave: move
# Run by root on a node on Replicated, before its fleet moves to containers:
#   sh -c SCRIPT NAME MODE NAMES VARIABLES_ARN LICENCE_ARN CERTIFICATE_ARN AUTHORITIES_ARN PLAIN
# MODE           check: looks, and changes nothing; write: writes the secret settings into VARIABLES_ARN
# NAMES          JSON: what a container calls each secret setting
# AUTHORITIES_ARN  may be empty
# PLAIN          JSON: what the variables that are no secrets will be, to compare with what the application itself would write
# Prints one JSON object, in which there is no value. The values go from this shell to Secrets Manager on standard input.
set -eu
umask 077
mode=$1 names=$2 variables=$3 licence=$4 certificate=$5 authorities=$6 plain=$7

fail() {
  echo "$1" >&2
  exit 3
}

for tool in jq aws openssl; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done

secret() {
  aws secretsmanager get-secret-value --region "$(printf '%s' "$1" | cut -d: -f4)" --secret-id "$1" \
    --query 'SecretString || SecretBinary' --output text
}

# The lines from the first brace on: a complaint about the configuration may stand before it.
settings=$(/usr/local/bin/replicatedctl app-config export | sed -n '/^[[:space:]]*{/,$p')
[ -n "$settings" ] || fail "the settings are not in a form that is understood"

# What a container cannot be given: nothing, or a text of several lines.
unfit=$(printf '%s' "$settings" | jq -cr --argjson names "$names" '
  . as $all | $names | keys_unsorted
  | map(select($all[.].value | . == null or (tostring | . == "" or test("[[:cntrl:]]"))))' 2>/dev/null) ||
  fail "the settings are not in a form that is understood"

if [ "$mode" = write ]; then
  [ "$unfit" = "[]" ] || fail "these settings are empty, or have several lines: $unfit"
  text=$(printf '%s' "$settings" | jq -c --argjson names "$names" '
    . as $all | $names | with_entries({key: .value, value: ($all[.key].value | tostring)})' 2>/dev/null) ||
    fail "the settings are not in a form that is understood"
  region=$(printf '%s' "$variables" | cut -d: -f4)
  printf '%s' "$text" | aws secretsmanager put-secret-value --region "$region" --secret-id "$variables" \
    --secret-string file:///dev/stdin --query ARN --output text >/dev/null
  [ "$(secret "$variables")" = "$text" ] || fail "what was written into $variables does not come back as it was"
  printf '%s' "$text" | jq -c '{kept: keys}'
  exit 0
fi

# A licence of Replicated's is an archive in base64; a container takes one line of text.
problem_of_licence() {
  text=$(secret "$licence") || { echo "$licence cannot be read"; return; }
  case $text in
    '' | None) echo "$licence is empty" ;;
    H4sI*) echo "$licence has a licence for Replicated" ;;
    *"
"*) echo "$licence has several lines" ;;
  esac
}

pem() {
  text=$(secret "$1")
  case $text in
    *-----BEGIN*) printf '%s\n' "$text" ;;
    *) printf '%s' "$text" | base64 --decode ;;
  esac
}

# What runs in a container trusts this bundle alone: the certificate of the server, or the whole chain to its authority.
problem_of_authorities() {
  folder=$(mktemp -d -p /dev/shm tfe-repave.XXXXXX)
  trap 'rm -rf "$folder"' EXIT
  pem "$certificate" >"$folder/cert.pem" 2>/dev/null || { echo "$certificate cannot be read"; return; }
  if [ -n "$authorities" ]; then
    pem "$authorities" >"$folder/bundle.pem" 2>/dev/null || { echo "$authorities cannot be read"; return; }
  else
    cp "$folder/cert.pem" "$folder/bundle.pem"
  fi
  said=$(openssl verify -CAfile "$folder/bundle.pem" -untrusted "$folder/cert.pem" "$folder/cert.pem" 2>&1) ||
    printf '%s\n' "$said" | sed -n 's/.*lookup: *//p;s/^error .*: *//p' | head -n 1
}

# How the application itself would configure a container. Names, and of those that are no secrets whether they are the same.
comparison() {
  container=$(docker ps --format '{{.ID}} {{.Names}}' 2>/dev/null | sed -n 's/ terraform-enterprise$//p' | head -n 1)
  [ -n "$container" ] || return 0
  own=$(docker exec "$container" tfectl app config --format docker 2>/dev/null) || return 0
  printf '%s' "$own" | jq -Rcs --argjson plain "$plain" --argjson names "$names" '
    [$names[]] as $secret
    | split("\n")
    | map(capture("^\\s+(?<name>TFE_[A-Z0-9_]+): *\"?(?<value>[^\"]*)\"?\\s*$"))
    | map(select(.value != "" and .value != "false" and (.value | test("^<") | not)))
    | map(.name as $name | select($secret | index($name) | not))
    | map(select($plain[.name] != .value) | {name, how: (if $plain[.name] == null then "missing" else "different" end)})' \
    2>/dev/null || true
}

differences=$(comparison)
jq -cn --argjson unfit "$unfit" --arg licence "$(problem_of_licence)" --arg authorities "$(problem_of_authorities)" \
  --argjson differences "${differences:-null}" '{$unfit, $licence, $authorities, $differences}'
