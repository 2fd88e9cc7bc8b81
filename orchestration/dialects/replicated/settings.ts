import { BUCKET_SETTING, SECRET_SETTINGS, SHARED_DATABASE } from "../../../infra/nodes/replicated/settings";
import type { SettingFacts } from "../../domain/settings";

/** Settings of the application on Replicated (vendor's settings table). */
export const SETTINGS: SettingFacts = {
  defaults: {
    capacity_concurrency: "10",
    capacity_memory: "512",
    metrics_endpoint_port_http: "9090",
    metrics_endpoint_port_https: "9091",
  },
  generated: [
    "archivist_token",
    "cookie_hash",
    "install_id",
    "internal_api_token",
    "registry_session_encryption_key",
    "registry_session_secret_key",
    "root_secret",
    "user_token",
  ],
  // A log destination has its keys in its configuration, and connection parameters may hold a password.
  secrets: [...SECRET_SETTINGS, "log_forwarding_config", "pg_extra_params"],
  fixed: {
    enable_active_active: { value: SHARED_DATABASE.enable_active_active, because: "the nodes share one database" },
  },
  bucket: BUCKET_SETTING,
};
