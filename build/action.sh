#!/usr/bin/env bash
# What action.yml runs: VERB on the project in FOLDER, with STACK and the lines of ARGUMENTS. VERSION, ACTION: see action.yml.
set -euo pipefail

refuse() {
  echo "::error::$1"
  echo "exit-code=2" >>"$GITHUB_OUTPUT"
  exit 2
}

# Nothing that begins like an option, and nothing that a package manager reads as an address.
[[ "$VERB" =~ ^[a-z][a-z-]*$ ]] || refuse "verb must be a verb of tfe-repave, such as plan"
[[ "$STACK" =~ ^([A-Za-z0-9_][A-Za-z0-9_./-]*)?$ ]] || refuse "stack must be the name of a stack"
[[ "$VERSION" =~ ^([0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)?$ ]] || refuse "version must be a version, such as 0.1.0"
[ -d "$FOLDER" ] || refuse "working-directory is not a folder"

words=("$VERB")
[ -z "$STACK" ] || words+=(--stack "$STACK")
while IFS= read -r line || [ -n "$line" ]; do
  line="${line%$'\r'}"
  [ -z "$line" ] || words+=("$line")
done <<<"$ARGUMENTS"

cd -- "$FOLDER"
quiet=(--no-audit --no-fund --ignore-scripts)
bin=node_modules/tfe-repave/orchestration/bin.mjs
if [ -n "$VERSION" ]; then
  place="$(mktemp -d "${RUNNER_TEMP:-/tmp}/tfe-repave.XXXXXX")"
  npm install --prefix "$place" "${quiet[@]}" "tfe-repave@$VERSION"
  tool="$place/$bin"
elif [ -f package-lock.json ] && grep -q '"node_modules/tfe-repave"' package-lock.json; then
  npm ci "${quiet[@]}"
  tool="$PWD/$bin"
else
  [ -d "$ACTION/node_modules" ] || npm ci --prefix "$ACTION" "${quiet[@]}"
  tool="$ACTION/orchestration/bin.mjs"
fi

# The verb is not cut off when the job is cancelled: it gets the signal, and stops at its next safe point.
node --max-old-space-size=400 --max-semi-space-size=8 "$tool" "${words[@]}" &
child=$!
trap 'kill -INT "$child" 2>/dev/null || true' INT TERM
code=0
wait "$child" || code=$?
# A trap ends `wait` before the verb has ended.
while kill -0 "$child" 2>/dev/null; do
  code=0
  wait "$child" || code=$?
done
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
