
fail() {
  say "FAILED: $*: this node will not start Terraform Enterprise"
  exit 1
}

# Docker comes with Compose or is of no use; Podman brings all that is needed.
require_runtime() {
  if ! command -v "$RUNTIME" >/dev/null; then
    say "installing what the image lacks: $RUNTIME"
    if command -v apt-get >/dev/null; then
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y "$([ "$RUNTIME" = podman ] && echo podman || echo docker.io)"
    else
      yum install -q -y "$RUNTIME"
    fi
  fi
  if [ "$RUNTIME" = podman ]; then
    systemctl enable --now podman.socket
    return
  fi
  if [ -n "$PROXY_URL" ]; then proxy_for_docker; fi
  systemctl enable --now docker.service
  if docker compose version >/dev/null; then return; fi
  if command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y docker-compose-v2 || true
  else
    yum install -q -y docker-compose-plugin || true
  fi
  docker compose version >/dev/null || fail "the image has no \`docker compose\`: put it into the image, or set containerRuntime to podman"
}

# The daemon pulls, not this script: it has an environment of its own.
proxy_for_docker() {
  install -d -m 0755 "$ROOT/etc/systemd/system/docker.service.d"
  {
    echo '[Service]'
    printf 'Environment="HTTP_PROXY=%s" "HTTPS_PROXY=%s" "NO_PROXY=%s"\n' "${PROXY_URL//%/%%}" "${PROXY_URL//%/%%}" "${NO_PROXY_LIST//%/%%}"
  } >"$ROOT/etc/systemd/system/docker.service.d/tfe-repave-proxy.conf"
  systemctl daemon-reload
  systemctl try-restart docker.service
}

# The licence as one line, wherever it is needed: as a variable, and as the password of the vendor's registry.
licence() {
  local text
  text="$(secret "$LICENSE_SECRET_ARN")"
  case "$text" in '' | None) fail "the licence secret is empty" ;; esac
  printf '%s' "$text"
}

# A PEM that must not be empty.
certificate() {
  pem "$1" >"$2"
  grep -q -- '-----BEGIN' "$2" || fail "$3 is no PEM"
}

# Only this script knows the password: it rests in the work folder, and goes with it.
log_in() {
  export DOCKER_CONFIG="$work/registry" REGISTRY_AUTH_FILE="$work/registry/auth.json"
  install -d -m 0700 "$work/registry"
  local user
  case "$REGISTRY_LOGIN" in
    none) return ;;
    licence)
      user=terraform
      licence >"$work/registry/password"
      ;;
    role)
      user=AWS
      aws ecr get-login-password --region "$REGISTRY_REGION" >"$work/registry/password"
      ;;
    secret)
      secret "$REGISTRY_SECRET_ARN" >"$work/registry/secret"
      user="$(jq -er .username "$work/registry/secret")" || fail "the registry secret has no username"
      jq -ejr .password "$work/registry/secret" >"$work/registry/password" || fail "the registry secret has no password"
      ;;
  esac
  [ -s "$work/registry/password" ] || fail "the password of $REGISTRY is empty"
  "$RUNTIME" login --username "$user" --password-stdin "$REGISTRY" <"$work/registry/password"
}

pull() {
  local attempt
  for attempt in 1 2 3 4 5; do
    if "$RUNTIME" pull --quiet "$IMAGE"; then return; fi
    say "pull $attempt of 5 failed"
    sleep "$((attempt * 5))"
  done
  fail "the image could not be pulled"
}

# The settings secret is {"TFE_…": "text"}. What the stack says wins over it; what the build sets wins over both.
gather_environment() {
  secret "$SETTINGS_SECRET_ARN" >"$work/secret.json"
  local unfit
  unfit="$(jq -r '
    to_entries[]
    | select((.key | test("^TFE_[A-Z0-9_]+$") | not)
        or (.value | type == "object" or type == "array")
        or .value == null or (.value | tostring | . == "" or test("[[:cntrl:]]")))
    | .key | if test("^\\w{1,100}$") then . else "a key that is no variable" end' "$work/secret.json")" ||
    fail "the settings secret is no JSON object"
  [ -z "$unfit" ] || fail "the settings secret has no value of one line for: $(tr '\n' ' ' <<<"$unfit")"
  environment >"$work/environment.json"
  licence | jq -Rs '{TFE_LICENSE: .}' >"$work/licence.json"
  jq -n --arg address "$address" --arg list "$NO_PROXY_LIST,$address" --arg proxy "$PROXY_URL" '
    {TFE_VAULT_CLUSTER_ADDRESS: "https://\($address):8201"}
    + if $proxy == "" then {} else {no_proxy: $list} end' >"$work/node.json"
  jq -s 'add | map_values(tostring)' \
    "$work/secret.json" "$work/environment.json" "$work/licence.json" "$work/node.json" >"$work/all.json"
}

# The vendor wants the authorities of the certificate in the bundle; where there are none, the certificate is its own.
write_certificates() {
  install -d -m 0700 "$ROOT/etc/tfe"
  # Nobody but root gets as far as this folder; the container, which may not be root, begins in it.
  install -d -m 0755 "$ROOT/etc/tfe/tls"
  certificate "$TLS_CERTIFICATE_SECRET_ARN" "$ROOT/etc/tfe/tls/cert.pem" "the certificate"
  certificate "$TLS_KEY_SECRET_ARN" "$ROOT/etc/tfe/tls/key.pem" "the key of the certificate"
  if [ -n "$CA_BUNDLE_SECRET_ARN" ]; then
    certificate "$CA_BUNDLE_SECRET_ARN" "$ROOT/etc/tfe/tls/bundle.pem" "the bundle of authorities"
  else
    cp "$ROOT/etc/tfe/tls/cert.pem" "$ROOT/etc/tfe/tls/bundle.pem"
  fi
  chmod 0644 "$ROOT/etc/tfe/tls/"*.pem
}

# Compose takes `$` for one of its own variables unless it is doubled. The pod's values are taken as they are.
write_containers() {
  case "$RUNTIME" in
    docker)
      containers | jq --slurpfile all "$work/all.json" '
        .services.tfe.environment = ($all[0] | map_values(split("$") | join("$$")))' >"$ROOT/etc/tfe/compose.yaml"
      ;;
    podman)
      containers | jq --slurpfile all "$work/all.json" '
        .spec.containers[0].env = ($all[0] | to_entries | map({name: .key, value: .value}))' >"$ROOT/etc/tfe/pod.yaml"
      ;;
  esac
}

# Which image the tag meant, for whoever asks the node.
record_image() {
  "$RUNTIME" image inspect "$IMAGE" | jq -r '.[0].RepoDigests[0] // .[0].Id' >"$ROOT/etc/tfe/image"
}

# Runs are in a network of their own, from which the instance's metadata, and so its role, cannot be reached. A network that the
# stack names is its owner's to guard.
write_runs_network() {
  install -d -m 0755 "$ROOT/usr/local/sbin"
  cat >"$ROOT/usr/local/sbin/tfe-runs-network" <<'NETWORK'
#!/bin/sh
# Makes the network of the runs, once, and keeps them from the instance's metadata. Called by terraform-enterprise.service.
set -eu
runtime="$1"
"$runtime" network inspect tfe-runs >/dev/null 2>&1 || "$runtime" network create tfe-runs >/dev/null
subnets="$("$runtime" network inspect tfe-runs | jq -er '.[0] | [(.IPAM.Config // [])[].Subnet, (.subnets // [])[].subnet] | .[]')"
[ -n "$subnets" ]
if [ "$runtime" = docker ]; then chain=DOCKER-USER; else chain=FORWARD; fi
for subnet in $subnets; do
  case "$subnet" in *:*) continue ;; esac
  iptables -C "$chain" -s "$subnet" -d 169.254.169.254 -j REJECT 2>/dev/null ||
    iptables -I "$chain" -s "$subnet" -d 169.254.169.254 -j REJECT
done
NETWORK
  chmod 0755 "$ROOT/usr/local/sbin/tfe-runs-network"
}

# One unit for either runtime. It starts the application again after a reboot, without asking for anything from outside.
write_unit() {
  local up down needs network=
  case "$RUNTIME" in
    docker)
      needs=docker.service
      up="$(command -v docker) compose --project-name terraform-enterprise --file /etc/tfe/compose.yaml up --detach"
      down="$(command -v docker) compose --project-name terraform-enterprise --file /etc/tfe/compose.yaml down"
      ;;
    podman)
      needs=podman.socket
      up="$(command -v podman) kube play --replace /etc/tfe/pod.yaml"
      down="$(command -v podman) kube play --down /etc/tfe/pod.yaml"
      ;;
  esac
  if [ "$RUNS_NETWORK" = tfe-runs ]; then
    command -v iptables >/dev/null || fail "the image has no iptables, which keeps runs from the instance's metadata"
    write_runs_network
    network="ExecStartPre=/usr/local/sbin/tfe-runs-network $RUNTIME"
  fi
  install -d -m 0755 "$ROOT/etc/systemd/system"
  cat >"$ROOT/etc/systemd/system/terraform-enterprise.service" <<UNIT
[Unit]
Description=Terraform Enterprise
Requires=$needs
After=$needs network-online.target
Wants=network-online.target

[Service]
Type=oneshot
RemainAfterExit=true
$network
ExecStart=$up
ExecStop=$down
TimeoutStartSec=0

[Install]
WantedBy=multi-user.target
UNIT
  chmod 0644 "$ROOT/etc/systemd/system/terraform-enterprise.service"
}

# The second half.
start_application() {
  systemctl enable --now terraform-enterprise.service
  say "the application starts"
}

# The role's credentials may come a little after the machine, and Secrets Manager may throttle: the client waits for both.
export AWS_METADATA_SERVICE_NUM_ATTEMPTS=10 AWS_METADATA_SERVICE_TIMEOUT=5 AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8
AWS_DEFAULT_REGION="$(cut -d: -f4 <<<"$SETTINGS_SECRET_ARN")"
export AWS_DEFAULT_REGION

if [ -n "$PROXY_URL" ]; then
  export http_proxy="$PROXY_URL" https_proxy="$PROXY_URL" no_proxy="$NO_PROXY_LIST"
  export HTTP_PROXY="$PROXY_URL" HTTPS_PROXY="$PROXY_URL" NO_PROXY="$NO_PROXY_LIST"
fi
require_tools
require_runtime
address="$(private_address)"
say "building $TFE_HOSTNAME on $address"
write_certificates
gather_environment
log_in
pull
record_image
write_containers
write_unit
write_start RUNTIME --
if [ "$RUNTIME" = docker ]; then definition=/etc/tfe/compose.yaml; else definition=/etc/tfe/pod.yaml; fi
end_preparation "$(cat "$ROOT/etc/tfe/image")" "$definition" /etc/tfe/image /etc/tfe/tls/cert.pem /etc/tfe/tls/key.pem \
  /etc/systemd/system/terraform-enterprise.service
