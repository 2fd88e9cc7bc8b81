# tfe-repave: retire
# Stops the application of this node for good: neither a restart of its own nor a reboot brings it back. Prints what is left. Or takes that
# back, where it was done. Run by root:
#   sh -c SCRIPT NAME retire RUNTIME REPLICATEDCTL UNIT…
#   sh -c SCRIPT NAME recall UNIT…
# REPLICATEDCTL  what stops the application before its units; empty: the units do
# The answer has a line for each unit that there is (unit NAME ENABLED ACTIVE), for each container that runs (container IMAGE NAME), one with
# the number of processes that keep containers (processes N), and a last one: end.
set -eu
retired=${ROOT:-}/var/lib/tfe-repave/retired
verb=$1
shift

is_there() { systemctl cat "$1" >/dev/null 2>&1; }

if [ "$verb" = recall ]; then
  [ -e "$retired" ] || exit 0
  for unit; do
    if is_there "$unit"; then systemctl enable --now "$unit"; fi
  done
  rm -f "$retired"
  exit 0
fi

runtime=$1 ctl=$2
shift 2
mkdir -p "${retired%/*}"
: >"$retired"
if [ -n "$ctl" ]; then
  "$ctl" app stop >/dev/null
  tries=0
  until "$ctl" app status --output json | grep -q '"State": *"stopped"'; do
    tries=$((tries + 1))
    if [ "$tries" -ge 50 ]; then
      echo "the application does not stop" >&2
      exit 3
    fi
    sleep 1
  done
fi
for unit; do
  # What cannot be disabled shows below.
  if is_there "$unit"; then systemctl disable --now "$unit" >/dev/null 2>&1 || true; fi
done
for unit; do
  if is_there "$unit"; then
    printf 'unit %s %s %s\n' "$unit" "$(systemctl is-enabled "$unit" || true)" "$(systemctl is-active "$unit" || true)"
  fi
done
"$runtime" ps --no-trunc --format 'container {{.Image}} {{.Names}}'
printf 'processes %s\n' "$(ps -eo comm= | grep -c -E '^(containerd-shim|conmon)' || true)"
echo end
