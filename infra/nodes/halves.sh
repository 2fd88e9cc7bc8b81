# The build of a node has two halves. What prepares it needs neither database nor Redis nor the application's bucket; what starts the
# application is a unit of its own, which nothing enables: after a reboot, too, a node that was not told to start has not started.
STATE="$ROOT/var/lib/tfe-repave"

# Whether this node starts only when it is told. A run launches the nodes that it prepares with their tags in the instance metadata, and
# one of these says so. Every other instance of the fleet answers 404 there, since it shows no tags. A node that gets neither answer
# must not guess: it starts nothing.
waits_for_word() {
  local attempt token status
  for attempt in 1 2 3 4 5 6; do
    token="$(metadata_token)"
    status="$(curl --silent --noproxy '*' --output "$work/tag" --write-out '%{http_code}' \
      --header "X-aws-ec2-metadata-token: $token" \
      http://169.254.169.254/latest/meta-data/tags/instance/tfe-repave:prepared)" || status=none
    case "$status" in
      200) return 0 ;;
      404) return 1 ;;
    esac
    say "attempt $attempt of 6: the instance metadata answer $status for the tags"
    sleep 5
  done
  say "FAILED: nobody says whether this node waits: this node will not start Terraform Enterprise"
  exit 1
}

# Writes the second half from what this shell has read already: these functions, and the variables that they use.
# write_start NAME… -- FUNCTION…
write_start() {
  local values=()
  while [ "$1" != -- ]; do
    values+=("$1")
    shift
  done
  shift
  install -d -m 0700 "$STATE"
  install -d -m 0755 "$ROOT/usr/local/sbin" "$ROOT/etc/systemd/system"
  {
    printf '%s\n' '#!/usr/bin/env bash' \
      '# Starts Terraform Enterprise on this node for the first time, once. Called by tfe-repave-start.service.' \
      'set -eEuo pipefail' 'umask 077'
    declare -p ROOT LOG STATE "${values[@]}"
    declare -f say start_application "$@"
    # shellcheck disable=SC2016 # The second half expands these.
    printf '%s\n' 'exec >>"$LOG" 2>&1' \
      'trap '\''say "FAILED at line $LINENO: this node will not start Terraform Enterprise"'\'' ERR' \
      'if [ -e "$STATE/started" ]; then exit 0; fi' \
      'date -u +%FT%TZ >"$STATE/started"' \
      'sync' \
      'start_application'
  } >"$ROOT/usr/local/sbin/tfe-repave-start"
  chmod 0755 "$ROOT/usr/local/sbin/tfe-repave-start"
  cat >"$ROOT/etc/systemd/system/tfe-repave-start.service" <<UNIT
[Unit]
Description=First start of Terraform Enterprise
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=true
ExecStart=/usr/local/sbin/tfe-repave-start
TimeoutStartSec=0
UNIT
  chmod 0644 "$ROOT/etc/systemd/system/tfe-repave-start.service"
  systemctl daemon-reload
}

# The end of the first half: all of these files are there, and none is empty. Then the second one, or the wait for the word.
# end_preparation IMAGE FILE…
end_preparation() {
  local image="$1" file
  shift
  for file in "$@"; do
    [ -s "$ROOT$file" ] || { say "FAILED: $file is empty: this node will not start Terraform Enterprise"; exit 1; }
  done
  jq -n --arg release "$RELEASE" --arg image "$image" '{release: $release, image: $image, files: $ARGS.positional}' \
    --args "$@" >"$work/prepared.json"
  mv "$work/prepared.json" "$STATE/prepared.json"
  if waits_for_word; then
    say "prepared; the application starts when tfe-repave-start.service is started"
    return
  fi
  systemctl start tfe-repave-start.service
}
