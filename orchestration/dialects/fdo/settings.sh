# tfe-repave: fdo-settings
# Reads the variables TFE_* for `settingDigests.sh`, which follows, and takes after its words: RUNTIME ID. Run by root.
# ID is the application's container. "now" is what that was given beyond what its image sets, "built" what the node's boot wrote.
runtime=$7 id=$8

document() {
  case $1 in
    now)
      given=$("$runtime" inspect --format '{{json .Config.Env}}' "$id") &&
        image=$("$runtime" inspect --format '{{.Image}}' "$id") &&
        own=$("$runtime" image inspect --format '{{json .Config.Env}}' "$image") ||
        fail "the environment of the application cannot be read"
      printf '%s\n%s\n' "$given" "$own" | query -s '
        .[0] - (.[1] // []) | map(select(test("^TFE_[A-Z0-9_]+=")) | {key: .[0:index("=")], value: .[index("=") + 1:]}) | from_entries'
      ;;
    built)
      # The second is that of a node which the vendor's module built.
      if [ "$runtime" = docker ]; then file=/etc/tfe/compose.yaml other=/etc/tfe/docker-compose.yaml; else file=/etc/tfe/pod.yaml other=/etc/tfe/tfe-pod.yaml; fi
      if [ ! -e "$file" ] && [ -e "$other" ]; then file=$other; fi
      text=$(cat "$file") || fail "the settings of the node's build cannot be read"
      # Compose takes `$` for one of its own variables unless it is doubled.
      printf '%s' "$text" | query '
        if .services then .services.tfe.environment | map_values(tostring | split("$$") | join("$"))
        else .spec.containers[0].env | map({key: .name, value}) | from_entries end
        | with_entries(select(.key | test("^TFE_[A-Z0-9_]+$")))'
      ;;
  esac
}
