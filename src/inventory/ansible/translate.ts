/** What variables that Ansible itself reads are here: how a host is reached, and as whom its commands run. */

import { secret } from "../../command/mod.ts";
import { VAULTED } from "./variables.ts";
import type { Variables } from "./model.ts";

/** Tells what could not be carried over. */
export type Tell = (text: string) => void;

const NAMES: Readonly<Record<string, string>> = {
  ansible_host: "ssh_hostname",
  ansible_ssh_host: "ssh_hostname",
  ansible_port: "ssh_port",
  ansible_ssh_port: "ssh_port",
  ansible_user: "ssh_user",
  ansible_ssh_user: "ssh_user",
  ansible_private_key_file: "ssh_key",
  ansible_ssh_private_key_file: "ssh_key",
  ansible_password: "ssh_password",
  ansible_ssh_pass: "ssh_password",
  ansible_ssh_password: "ssh_password",
};

/** By the method of `ansible_become`: the arguments that switch, name the user, and give the password. */
const METHODS: Readonly<Record<string, { on?: string; user: string; password?: string }>> = {
  sudo: { on: "_sudo", user: "_sudoUser", password: "_sudoPassword" },
  su: { user: "_suUser", password: "_suPassword" },
  doas: { on: "_doas", user: "_doasUser" },
  dzdo: { on: "_dzdo", user: "_dzdoUser" },
};

/**
 * Variables as data: those of connections and of becoming another user under their names here, other ones of
 * Ansible's own left out, encrypted ones left out and told.
 *
 * @param tell Told in one sentence for each thing that is lost.
 */
export function translateVariables(vars: Variables, tell: Tell): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const encrypted: string[] = [];
  const templates: string[] = [];
  for (const [name, value] of Object.entries(vars)) {
    if (holds(value, (one) => one === VAULTED)) encrypted.push(name);
    else if (!name.startsWith("ansible_")) {
      if (holds(value, (one) => typeof one === "string" && /\{\{.*\}\}|\{%.*%\}/s.test(one))) {
        templates.push(name);
      }
      data[name] = value;
    } else if (Object.hasOwn(NAMES, name)) data[NAMES[name]!] = connectionValue(NAMES[name]!, value);
  }
  Object.assign(data, becomeData(vars, tell), argumentData(vars, tell));
  if (encrypted.length > 0) tell(`${listed(encrypted)} left out: encrypted by ansible-vault`);
  if (templates.length > 0) {
    tell(`${listed(templates)} taken as text, with the Jinja2 in it that Ansible would render`);
  }
  return data;
}

function connectionValue(name: string, value: unknown): unknown {
  if (name === "ssh_password") return secret(String(value));
  if (name === "ssh_port") return Number(value);
  return String(value);
}

function becomeData(vars: Variables, tell: Tell): Record<string, unknown> {
  const { ansible_become, ansible_become_user, ansible_become_method = "sudo" } = vars;
  const password = vars.ansible_become_password ?? vars.ansible_become_pass ?? vars.ansible_sudo_pass;
  const method = METHODS[String(ansible_become_method)];
  const data: Record<string, unknown> = {};
  if (method === undefined) {
    if (ansible_become !== undefined) {
      tell(
        `ansible_become left out: there is no way to become another user like ${
          String(ansible_become_method)
        }`,
      );
    }
    return data;
  }
  if (ansible_become !== undefined && method.on !== undefined) data[method.on] = isTrue(ansible_become);
  if (ansible_become_user !== undefined) data[method.user] = String(ansible_become_user);
  else if (method.on === undefined && isTrue(ansible_become)) data[method.user] = "root";
  if (password !== undefined && password !== VAULTED && method.password !== undefined) {
    data[method.password] = secret(String(password));
  }
  return data;
}

/** Of the arguments for ssh, jump hosts can be data. */
function argumentData(vars: Variables, tell: Tell): Record<string, unknown> {
  const names = ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"];
  const data: Record<string, unknown> = {};
  if (vars.ansible_host_key_checking === false || vars.ansible_ssh_host_key_checking === false) {
    data.ssh_strict_host_key_checking = "no";
  }
  for (const name of names) {
    const given = vars[name];
    if (given === undefined || given === "" || given === VAULTED) continue;
    const text = String(given).replaceAll(/["']/g, "");
    const jump = /(?:^|\s)(?:-J\s*|-o\s*ProxyJump[=\s])(\S+)/.exec(text);
    const checking = /(?:^|\s)-o\s*StrictHostKeyChecking[=\s](\S+)/.exec(text);
    if (jump !== null) data.ssh_proxy_jump = jump[1];
    if (checking !== null) data.ssh_strict_host_key_checking = checking[1];
    const rest = [jump?.[0], checking?.[0]].reduce<string>((left, one) => left.replace(one ?? "", ""), text);
    if (rest.trim() !== "") tell(`${name} left out: put "${rest.trim()}" into ~/.ssh/config`);
  }
  return data;
}

/**
 * The name by which a host is reached here; nothing for a connection that there is none of.
 *
 * @param vars All variables that the host has.
 */
export function hostNameOf(host: string, vars: Variables): string | undefined {
  const connection = String(vars.ansible_connection ?? "ssh").replace(/^.*\./, "");
  const target = String(vars.ansible_host ?? host);
  switch (connection) {
    case "ssh":
    case "smart":
    case "paramiko":
    case "paramiko_ssh":
    case "libssh":
      return host;
    case "local":
      return "@local";
    case "docker":
    case "docker_api":
      return `@docker/${String(vars.ansible_docker_host ?? target)}`;
    case "podman":
    case "chroot":
    case "lxc":
    case "lxd":
    case "incus":
      return `@${connection}/${target}`;
    case "kubectl": {
      const pod = String(vars.ansible_kubectl_pod ?? target);
      return `@kubectl/${String(vars.ansible_kubectl_namespace ?? "default")}/${pod}`;
    }
    default:
      return undefined;
  }
}

/** As Ansible reads texts where a boolean is wanted. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1 || /^(?:y|yes|on|1|true|t)$/i.test(String(value));
}

function holds(value: unknown, is: (one: unknown) => boolean): boolean {
  if (is(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holds(inner, is));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
