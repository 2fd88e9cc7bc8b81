# tfe-repave: prepared
# Prints what the first half of this node's build has come to, as one line of JSON: see infra/nodes/halves.sh. Run by root:
#   sh -c SCRIPT NAME
# {"phase":"preparing"}, {"phase":"failed","why":"…"}, or {"phase":"prepared"|"started","release":"…","image":"…","missing":[…],"diskFree":N}
set -eu
state=${ROOT:-}/var/lib/tfe-repave
log=${ROOT:-}/var/log/tfe-repave-user-data.log

if [ -s "$state/prepared.json" ]; then
  phase=prepared
  if [ -e "$state/started" ]; then phase=started; fi
  missing=$(jq -r '.files[]' "$state/prepared.json" | while read -r file; do
    if [ ! -s "${ROOT:-}$file" ]; then printf '%s\n' "$file"; fi
  done)
  free=$(df -B1 --output=avail /var/lib | tail -n 1 | tr -d ' ')
  jq -c --arg phase "$phase" --arg missing "$missing" --argjson free "$free" '
    {phase: $phase, release, image, missing: ($missing | split("\n") | map(select(. != ""))), diskFree: $free}' "$state/prepared.json"
elif grep -q FAILED "$log" 2>/dev/null; then
  # The line before says why, where a command has said it.
  why=$(grep -B 1 FAILED "$log" | tail -n 2 | tr '\n"\\' '   ' | tr -cd '[:print:]' | cut -c 1-400)
  printf '{"phase":"failed","why":"%s"}\n' "$why"
else
  printf '{"phase":"preparing"}\n'
fi
