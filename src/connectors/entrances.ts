/** The things that connectors enter by a program: what each takes, how it is looked for, which words enter it. */

import { sh } from "../command/sh.ts";
import type { Entrance } from "./entered.ts";
import type { EnteredKind } from "./names.ts";
import { type Data, text } from "./ssh_config.ts";

/** What is entered, by the name of the host and its data. */
export function entranceOf(kind: EnteredKind, target: string, data: Data): Entrance {
  return ENTRANCES[kind](target, data);
}

/** A shell that is entered has no environment of its own: that of the machine around it is none of its. */
const ENVIRONMENT = [
  "env",
  "-i",
  "HOME=/root",
  "LANG=C.UTF-8",
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
];

const NOT_ROOT = /operation not permitted|permission denied|must be root|access denied/i;

const ENTRANCES: Readonly<Record<EnteredKind, (target: string, data: Data) => Entrance>> = {
  chroot: (target, data) => {
    const directory = text(data, "chroot_directory") ?? target;
    const label = `chroot ${directory}`;
    return {
      label,
      code: "E_CHROOT",
      program: "chroot",
      look: sh`[ -d ${directory} ]`,
      absent: { message: `The directory ${directory} does not exist` },
      enter: ["chroot", directory],
      obstacles: [denied("E_CHROOT", label)],
    };
  },
  kubectl: (target, data) => {
    const { context, namespace, pod, container } = podOf(target, data);
    const label = `pod ${namespace}/${pod}${container === undefined ? "" : `:${container}`}`;
    const where = [...context === undefined ? [] : ["--context", context], "--namespace", namespace];
    const inside = container === undefined ? [] : ["--container", container];
    return {
      label,
      code: "E_KUBECTL",
      program: "kubectl",
      look: sh`kubectl ${where} get pod ${pod} --output ${"jsonpath={.status.phase}"}`,
      ready: /^Running$/,
      absent: {
        message: `${capitalised(label)} does not run`,
        hint: `See \`kubectl --namespace ${namespace} describe pod ${pod}\``,
      },
      enter: ["kubectl", ...where, "exec", "--stdin", pod, ...inside, "--"],
      obstacles: [
        {
          says: /namespaces? "[^"]*" not found/i,
          code: "E_KUBECTL_NAMESPACE",
          message: `There is no namespace ${namespace}`,
        },
        {
          says:
            /pods? "[^"]*" not found|container \S+ (is not valid|not found)|cannot exec into a (completed|container)/i,
          code: "E_KUBECTL_POD",
          message: `There is no ${label} to enter`,
          hint:
            `See \`kubectl --namespace ${namespace} get pods\`; a pod that was made anew has another name`,
        },
        {
          says: /context "[^"]*" does not exist|no context exists/i,
          code: "E_KUBECTL_CONTEXT",
          message: `kubectl knows no context ${context ?? ""}`.trim(),
          hint: "See `kubectl config get-contexts`",
        },
        {
          says: /forbidden|unauthorized|must be logged in/i,
          code: "E_KUBECTL_DENIED",
          message: `The cluster does not let kubectl enter ${label}`,
          hint: "It needs the right to get pods and to create pods/exec",
        },
        {
          says: /connection refused|unable to connect|no such host|i\/o timeout|was refused/i,
          code: "E_KUBECTL_SERVER",
          message: "kubectl does not reach the cluster",
          hint: "See `kubectl cluster-info`",
        },
      ],
    };
  },
  lxc: (name) => ({
    ...container("lxc", name),
    program: "lxc-attach",
    look: sh`lxc-info --name ${name} --state --no-humanize`,
    enter: ["lxc-attach", "--name", name, "--clear-env", "--", ...ENVIRONMENT],
  }),
  incus: (name) => ({
    ...container("incus", name),
    look: sh`incus list ${`^${name.replace(/^.*:/, "")}$`} --columns s --format csv`,
    enter: ["incus", "exec", name, "--mode", "non-interactive", "--"],
  }),
  lxd: (name) => ({
    ...container("lxd", name),
    program: "lxc",
    look: sh`lxc list ${`^${name.replace(/^.*:/, "")}$`} --columns s --format csv`,
    enter: ["lxc", "exec", name, "--mode", "non-interactive", "--"],
  }),
  nspawn: (name) => ({
    ...container("nspawn", name, `machinectl start ${name}`),
    label: `machine ${name}`,
    program: "machinectl",
    look: sh`machinectl show ${name} --property State --value`,
    // A machine that was started again has another leader; `machinectl shell` would want a terminal.
    enter: [
      "sh",
      "-c",
      'l=$(machinectl show "$0" --property Leader --value) && exec nsenter --target "$l" --all --root --wd "$@"',
      name,
      ...ENVIRONMENT,
    ],
  }),
};

/** What is alike with containers that have a name and a state. */
function container(
  kind: EnteredKind,
  name: string,
  start = `${kind === "lxc" ? "lxc-start --name" : `${kind === "lxd" ? "lxc" : kind} start`} ${name}`,
): Omit<Entrance, "look" | "enter"> {
  const code = `E_${kind.toUpperCase()}`;
  const label = `${kind} ${name}`;
  return {
    label,
    code,
    program: kind,
    ready: /^running$/i,
    absent: { message: `There is no running container ${name}`, hint: `Start it with \`${start}\`` },
    obstacles: [denied(code, label)],
  };
}

function denied(code: string, label: string) {
  return {
    says: NOT_ROOT,
    code: `${code}_DENIED`,
    message: `Only root can use ${label}`,
    hint: "Run as root",
  };
}

/** `[CONTEXT/]NAMESPACE/POD[:CONTAINER]`; contexts may hold slashes. */
function podOf(target: string, data: Data) {
  const parts = target.split("/");
  const [pod = "", container] = (parts.pop() ?? "").split(":");
  const namespace = parts.pop() ?? "";
  return {
    context: text(data, "kubectl_context") ?? (parts.length === 0 ? undefined : parts.join("/")),
    namespace: text(data, "kubectl_namespace") ?? namespace,
    pod,
    container: text(data, "kubectl_container") ?? container,
  };
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
