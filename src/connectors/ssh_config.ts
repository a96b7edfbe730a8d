/** Turns connector data into ssh's configuration and arguments. */

import { isAbsolute, join, resolve } from "node:path";

/** Connector data of one host. */
export type Data = Record<string, string | number | boolean>;

/** Options for which the user's own configuration has no say, because sessions depend on them. */
const FIXED = [
  // Older versions do not know the first five; the others are what configurations shared with macOS ignore.
  "IgnoreUnknown=LogVerbose,SessionType,ForkAfterAuthentication,StdinNull,RemoteCommand,UseKeychain,AddKeysToAgent",
  "RemoteCommand=none",
  "RequestTTY=no",
  "ForkAfterAuthentication=no",
  "StdinNull=no",
  "ClearAllForwardings=yes",
  "ForwardX11=no",
  "EscapeChar=none",
  "VisualHostKey=no",
  "ControlPersist=no",
  "LogLevel=INFO",
];

/** Signs of life where nothing else is configured: seconds of silence before each, and how many may go unanswered. */
const KEEPALIVE = { interval: 15, count: 3 };

/**
 * Text of the configuration file for a run. ssh takes the first value that it finds, so the user's file wins
 * over our defaults, and those over the machine's.
 */
export function configText(userFile: string, connectTimeout: number): string {
  return [
    "# Written by drover for one run.",
    `Include ${quoteConfig(userFile)}`,
    "Host *",
    "  StrictHostKeyChecking accept-new",
    `  ServerAliveInterval ${KEEPALIVE.interval}`,
    `  ServerAliveCountMax ${KEEPALIVE.count}`,
    "  TCPKeepAlive yes",
    `  ConnectTimeout ${Math.max(1, Math.ceil(connectTimeout))}`,
    "Include /etc/ssh/ssh_config",
    "",
  ].join("\n");
}

/** The configuration file that the data names, or the user's own. */
export function userConfigFile(data: Data): string {
  const given = text(data, "ssh_config_file");
  if (given !== undefined) return expandHome(given);
  return join(Deno.env.get("HOME") ?? "/", ".ssh/config");
}

/** Options that inventory data sets; they win over every file. */
export function dataOptions(data: Data): string[] {
  const options: string[] = [];
  const set = (option: string, value: string | undefined): void => {
    if (value !== undefined) options.push("-o", `${option}=${value}`);
  };
  set("HostName", text(data, "ssh_hostname"));
  set("Port", text(data, "ssh_port"));
  set("User", text(data, "ssh_user"));
  set("ProxyJump", text(data, "ssh_proxy_jump"));
  const key = text(data, "ssh_key");
  if (key !== undefined) {
    set("IdentityFile", quoteConfig(expandHome(key)));
    set("IdentitiesOnly", "yes");
  } else if (flag(data, "ssh_look_for_keys") === false) {
    set("IdentityFile", "none");
  }
  if (flag(data, "ssh_allow_agent") === false) set("IdentityAgent", "none");
  const forward = flag(data, "ssh_forward_agent");
  if (forward !== undefined) set("ForwardAgent", forward ? "yes" : "no");
  set("ServerAliveInterval", text(data, "ssh_keepalive_interval"));
  set("ServerAliveCountMax", text(data, "ssh_keepalive_count"));
  set("StrictHostKeyChecking", text(data, "ssh_strict_host_key_checking"));
  const known = text(data, "ssh_known_hosts_file");
  if (known !== undefined) set("UserKnownHostsFile", quoteConfig(expandHome(known)));
  return options;
}

/** Options that sessions depend on. */
export function fixedOptions(): string[] {
  return FIXED.flatMap((option) => ["-o", option]);
}

/** A data value as text, unless absent or empty. */
export function text(data: Data, key: string): string | undefined {
  const value = data[key];
  return value === undefined || value === "" ? undefined : String(value);
}

/** A data value as a number. */
export function number(data: Data, key: string, fallback: number): number {
  const value = Number(data[key] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
}

function flag(data: Data, key: string): boolean | undefined {
  const value = data[key];
  if (value === undefined) return undefined;
  return value !== false && value !== "false" && value !== "no" && value !== 0;
}

/** A path as people write it: `~` is the home directory, others are relative to the current one. */
export function expandHome(path: string): string {
  if (path === "~" || path.startsWith("~/")) return join(Deno.env.get("HOME") ?? "/", path.slice(2));
  return isAbsolute(path) ? path : resolve(path);
}

function quoteConfig(value: string): string {
  return /[\s"']/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
}
