
# Prints the settings of each document, and of a secret only a keyed digest: its value stays on the node. A dialect's script comes
# before this and defines `document NAME`, which prints a JSON object of texts, numbers, booleans and null (not set).
#   sh -c SCRIPT NAME NONCE SHOWN PATTERNS WANTED PEPPER DOCUMENTS …
# NONCE      hexadecimal; digests made with the same nonce can be compared, on all nodes of a fleet
# SHOWN      JSON: settings that are no secrets, as true; of secrets, the value that is none (a default)
# PATTERNS   JSON: [pattern, flags] of values that are secrets in whatever setting
# WANTED     JSON: the settings to print, or null for all
# PEPPER     the secret of which the key is made, so that nobody who reads the digests and the nonce can try out passwords
# DOCUMENTS  now, "now built" or "now next"
# Words 9 to 11 are for "next", what a new node would have: SECRET_ARN of the settings, OWN and GIVEN as JSON. The secret wins over OWN,
# and GIVEN over the secret.
# A line is: DOCUMENT, then "= KEY JSON", "# KEY DIGEST" or "- KEY" (not set); "DOCUMENT ." ends each document.
set -eu
nonce=$1 shown=$2 patterns=$3 wanted=$4 pepper=$5 documents=$6

fail() {
  echo "$1" >&2
  exit 3
}

# What jq says may quote a value.
query() {
  jq -r "$@" 2>/dev/null || fail "the settings are not in a form that is understood"
}

hmac() {
  digest=$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1")
  digest=${digest##* }
  [ "${#digest}" -eq 64 ] || fail "openssl makes no digest"
  printf '%s' "$digest"
}

next_document() {
  region=$(printf '%s' "$1" | cut -d: -f4)
  kept=$(aws secretsmanager get-secret-value --region "$region" --secret-id "$1" --query SecretString --output text) ||
    fail "the settings secret cannot be read"
  printf '%s' "$kept" | query --argjson own "$2" --argjson given "$3" '
    map_values(if type == "object" then .value else . end) | with_entries(select(.value != null))
    | $own + map_values(tostring) + $given'
}

for tool in jq openssl; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done

now=$(document now)
secret=$(printf '%s' "$now" | query --arg pepper "$pepper" '.[$pepper] // "" | tostring')
key=$(printf '%s' "$secret" | hmac "$nonce")

for name in $documents; do
  case $name in
    now) text=$now ;;
    next) text=$(next_document "$9" "${10}" "${11}") ;;
    *) text=$(document "$name") ;;
  esac
  lines=$(printf '%s' "$text" | query --argjson shown "$shown" --argjson patterns "$patterns" --argjson wanted "$wanted" '
    def text:
      if type == "null" or type == "string" then . elif type == "number" or type == "boolean" then tostring else error("type") end;
    def looks_secret: . as $value | any($patterns[]; . as $pattern | $value | test($pattern[0]; $pattern[1]));
    def is_secret($key): . != "" and . != $shown[$key] and ($shown[$key] != true or looks_secret);
    if length == 0 then error("nothing") else to_entries[] end
    | .key as $key
    | select($wanted == null or ($wanted | index($key)))
    | if $key | test("^[A-Za-z0-9_.-]+$") then . else error("name") end
    | .value
    | text
    | if . == null then "- \($key)" elif is_secret($key) then "# \($key) \(@base64)" else "= \($key) \(tojson)" end')
  printf '%s\n' "$lines" | while IFS= read -r line; do
    case $line in
      "") ;;
      "# "*)
        setting=${line#"# "}
        digest=$(printf '%s' "$setting" | hmac "$key")
        printf '%s # %s %s\n' "$name" "${setting%% *}" "$digest"
        ;;
      *) printf '%s %s\n' "$name" "$line" ;;
    esac
  done
  printf '%s .\n' "$name"
done
