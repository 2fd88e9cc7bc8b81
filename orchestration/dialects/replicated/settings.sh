# tfe-repave: settings
# Reads the settings for `settingDigests.sh`, which follows. Run by root.

# The lines from the first brace on: a complaint about the configuration may stand before it.
document() {
  case $1 in
    now) text=$(/usr/local/bin/replicatedctl app-config export) || fail "the settings cannot be exported" ;;
    built) text=$(cat /etc/ptfe-settings.json) || fail "the settings of the node's build cannot be read" ;;
  esac
  text=$(printf '%s\n' "$text" | sed -n '/^[[:space:]]*{/,$p')
  [ -n "$text" ] || fail "the settings are not in a form that is understood"
  printf '%s' "$text" |
    query 'map_values(if type == "object" and (keys - ["value"]) == [] then .value else error("entry") end)'
}
