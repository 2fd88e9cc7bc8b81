
# Writes settings of the application into a secret, and prints their names and no value. A dialect's script comes before this and
# defines `document NAME`, which prints a JSON object. Run by root: sh -c SCRIPT NAME SECRET_ARN NAMES
# NAMES  JSON: the settings to write
# The values go from this shell to Secrets Manager on standard input.
set -eu
umask 077
arn=$1 names=$2

fail() {
  echo "$1" >&2
  exit 3
}

# What jq says may quote a value.
query() {
  jq "$@" 2>/dev/null || fail "the settings are not in a form that is understood"
}

for tool in jq aws; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done

now=$(document now)
unset_names=$(printf '%s' "$now" | query -c --argjson names "$names" '
  . as $all | $names | map(select($all[.] == null or $all[.] == ""))')
[ "$unset_names" = "[]" ] || fail "these settings are not set: $unset_names"
text=$(printf '%s' "$now" | query -c --argjson names "$names" '
  . as $all | $names | map({key: ., value: ($all[.] | tostring)}) | from_entries')
region=$(printf '%s' "$arn" | cut -d: -f4)
printf '%s' "$text" | aws secretsmanager put-secret-value --region "$region" --secret-id "$arn" \
  --secret-string file:///dev/stdin --query ARN --output text >/dev/null
back=$(aws secretsmanager get-secret-value --region "$region" --secret-id "$arn" --query SecretString --output text)
[ "$back" = "$text" ] || fail "what was written into $arn does not come back as it was"
printf '%s' "$text" | query -c '{kept: keys}'
