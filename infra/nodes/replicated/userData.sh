# The daemon runs as this user, which the installer otherwise creates too late to own files that nobody else may read.
for_replicated() {
  id -u replicated >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin replicated
  chown replicated "$@"
  chmod 0600 "$@"
}

trust_authorities() {
  pem "$CA_BUNDLE_SECRET_ARN" >"$work/ca.pem"
  jq -Rs '{ca_certs: {value: .}}' "$work/ca.pem" >"$work/ca.json"
  if command -v update-ca-certificates >/dev/null; then
    install -D -m 0644 "$work/ca.pem" "$ROOT/usr/local/share/ca-certificates/tfe.crt"
    update-ca-certificates
  else
    install -D -m 0644 "$work/ca.pem" "$ROOT/etc/pki/ca-trust/source/anchors/tfe.crt"
    update-ca-trust extract
  fi
}

# Settings are {"key": {"value": "text"}}. The secret may also hold {"key": "text"}; a key without a value is not set at all.
# What the stack says (appConfig) wins over the secret, and the secret over what the stack knows by itself.
write_settings() {
  printf '{}' >"$work/ca.json"
  if [ -n "$CA_BUNDLE_SECRET_ARN" ]; then trust_authorities; fi
  secret "$SETTINGS_SECRET_ARN" | jq '
    map_values(if type == "object" then .value else . end)
    | with_entries(select(.value != null))
    | map_values({value: tostring})' >"$work/secret.json"
  own_settings >"$work/own.json"
  app_config >"$work/app-config.json"
  jq -s 'if (.[1].aws_access_key_id.value // "") != "" then del(.[0].aws_instance_profile) else . end | add' \
    "$work/own.json" "$work/secret.json" "$work/ca.json" "$work/app-config.json" >"$ROOT/etc/ptfe-settings.json"
  for_replicated "$ROOT/etc/ptfe-settings.json"
}

write_licence_and_certificate() {
  install -d -m 0755 "$ROOT/etc/tfe"
  secret "$LICENSE_SECRET_ARN" | base64 --decode >"$ROOT/etc/tfe/license.rli"
  pem "$TLS_CERTIFICATE_SECRET_ARN" >"$ROOT/etc/tfe/tls.crt"
  pem "$TLS_KEY_SECRET_ARN" >"$ROOT/etc/tfe/tls.key"
  for_replicated "$ROOT/etc/tfe/license.rli" "$ROOT/etc/tfe/tls.crt" "$ROOT/etc/tfe/tls.key"
}

# Read by every log-in shell, so other shells than bash must be able to skip it: the hyphen is bash's own.
write_shortcut() {
  cat >"$ROOT/etc/profile.d/tfe-app-config.sh" <<'PROFILE'
# tfe-app-config <KEY> <VALUE>: changes a setting on this node, to be followed by `replicatedctl app restart` on each node.
# It lasts until the next repave; record it in tfe:appConfig of the stack to keep it.
if [ -n "${BASH_VERSION:-}" ] && ! shopt -oq posix; then
  eval 'tfe-app-config() { /usr/local/bin/replicated admin app-config -k "$1" -v "$2"; }'
fi
PROFILE
  chmod 0644 "$ROOT/etc/profile.d/tfe-app-config.sh"
}

use_proxy() {
  export http_proxy="$PROXY_URL" https_proxy="$PROXY_URL" no_proxy="$NO_PROXY_LIST"
  export HTTP_PROXY="$PROXY_URL" HTTPS_PROXY="$PROXY_URL" NO_PROXY="$NO_PROXY_LIST"
}

# Into the folder that the second half reads, since the work folder goes before.
fetch_installer() {
  install -d -m 0700 "$STATE" "$STATE/installer"
  if [ -n "$AIRGAP_PACKAGE_URL" ]; then
    # An airgapped image brings Docker with it.
    install -d -m 0755 "$ROOT/opt/tfe"
    fetch "$AIRGAP_PACKAGE_URL" "$ROOT/opt/tfe/package.airgap"
    for_replicated "$ROOT/opt/tfe/package.airgap"
    fetch "$AIRGAP_INSTALLER_URL" "$work/installer.tar.gz"
    tar -xzf "$work/installer.tar.gz" -C "$STATE/installer"
  else
    fetch "$INSTALLER_URL" "$STATE/installer/install.sh"
  fi
}

# The second half. `fast-timeouts`: there is nobody to answer the installer's questions.
start_application() {
  local arguments=(fast-timeouts disable-replicated-ui "private-address=$address" "public-address=$address")
  if [ -n "$PROXY_URL" ]; then
    use_proxy
    arguments+=("http-proxy=$PROXY_URL" "additional-no-proxy=$NO_PROXY_LIST")
  else
    arguments+=(no-proxy)
  fi
  if [ -n "$AIRGAP_PACKAGE_URL" ]; then arguments+=(airgap); fi
  cd "$STATE/installer"
  bash ./install.sh "${arguments[@]}" </dev/null
  say "the installer has ended; the application starts by itself"
}

# The role's credentials may come a little after the machine, and Secrets Manager may throttle: the client waits for both.
export AWS_METADATA_SERVICE_NUM_ATTEMPTS=10 AWS_METADATA_SERVICE_TIMEOUT=5 AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=8
AWS_DEFAULT_REGION="$(cut -d: -f4 <<<"$SETTINGS_SECRET_ARN")"
export AWS_DEFAULT_REGION

if [ -n "$PROXY_URL" ]; then use_proxy; fi
require_tools
address="$(private_address)"
say "building $TFE_HOSTNAME on $address"
write_settings
write_licence_and_certificate
replicated_conf >"$ROOT/etc/replicated.conf"
for_replicated "$ROOT/etc/replicated.conf"
write_shortcut
fetch_installer
write_start address PROXY_URL NO_PROXY_LIST AIRGAP_PACKAGE_URL -- use_proxy
end_preparation "" /etc/ptfe-settings.json /etc/replicated.conf /etc/tfe/license.rli /etc/tfe/tls.crt /etc/tfe/tls.key \
  /var/lib/tfe-repave/installer/install.sh
