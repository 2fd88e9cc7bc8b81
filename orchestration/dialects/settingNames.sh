# Prints the names of the settings in a secret, and no value: sh -c SCRIPT NAME ARN VALUE. VALUE is the jq filter that makes an
# entry's value of what stands there. A "." ends the list.
set -eu
text=$(aws secretsmanager get-secret-value --region "$(printf '%s' "$1" | cut -d: -f4)" --secret-id "$1" \
  --query SecretString --output text)
printf '%s' "$text" |
  jq -r "to_entries[] | select(.value | $2 | . != null and . != \"\") | .key" 2>/dev/null ||
  {
    echo "the settings secret is not a JSON object" >&2
    exit 3
  }
echo .
