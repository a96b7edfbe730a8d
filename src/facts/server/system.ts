/** Facts about the system as `uname` knows it, and whether it waits for a reboot. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";
import { joinMarked, splitMarked } from "../shared_program.ts";

/** The kernel's name, as `uname` says it: `Linux`, `FreeBSD`, `Darwin`. */
export const Kernel: Fact<string> = fact<string>({
  name: "server.Kernel",
  remember: {},
  command: () => "uname -s",
});

/** The kernel's version, as `uname` says it: `6.1.0-18-amd64`. */
export const KernelVersion: Fact<string> = fact<string>({
  name: "server.KernelVersion",
  remember: {},
  command: () => "uname -r",
});

/** The old name of {@linkcode Kernel}. */
export const Os: Fact<string> = fact<string>({ name: "server.Os", remember: {}, command: () => "uname -s" });

/** The old name of {@linkcode KernelVersion}. */
export const OsVersion: Fact<string> = fact<string>({
  name: "server.OsVersion",
  remember: {},
  command: () => "uname -r",
});

/** The machine's architecture, as `uname` says it: `x86_64`, `aarch64`. */
export const Arch: Fact<string> = fact<string>({
  name: "server.Arch",
  remember: {},
  command: () => "uname -m",
});

/** The host's own name. */
export const Hostname: Fact<string> = fact<string>({
  name: "server.Hostname",
  about: () => ({ kind: "hostname" }),
  remember: {},
  command: () => "uname -n",
});

/** The version of macOS, such as `14.4.1`; `undefined` on other systems. */
export const MacosVersion: Fact<string | undefined> = fact<string | undefined>({
  name: "server.MacosVersion",
  remember: {},
  requires: "sw_vers",
  command: () => "sw_vers -productVersion",
  process: ([line]) => line,
});

/** The argument of {@linkcode Command}. */
export interface CommandArgs {
  /** Shell text, run as it stands; or a command made with `sh`. */
  command: string | ShellCommand;
}

/**
 * What a command prints. It is run while planning too, so it must not change anything.
 *
 * @example
 * ```ts
 * const version = await host.getFact(facts.server.Command, { command: "nginx -v 2>&1" });
 * ```
 */
export const Command: Fact<string, CommandArgs> = fact<string, CommandArgs>({
  name: "server.Command",
  remember: false,
  parameters: { command: "string | ShellCommand" },
  asWritten: ["command"],
  command: ({ command }) => command,
});

/** The argument of {@linkcode Which}. */
export interface WhichArgs {
  /** Name of a program. */
  command: string;
}

/**
 * Where the shell finds a program: its path (or its name, if it is built in); `undefined` if there is none.
 *
 * @example
 * ```ts
 * const path = await host.getFact(facts.server.Which, { command: "nginx" });
 * if (path === undefined) { … }
 * ```
 */
export const Which: Fact<string | undefined, WhichArgs> = fact<string | undefined, WhichArgs>({
  name: "server.Which",
  remember: { command: "line" },
  parameters: { command: "string" },
  command: ({ command }) => sh`command -v ${command} || true`,
  // No program is started either way, but each question by itself takes a shell of its own.
  shared: {
    group: ({ command }) => command.startsWith("-") ? undefined : "server.Which",
    command: (questions, { mark }) =>
      sh`for c in ${questions.map(({ command }) => command)}; do echo ${mark}; command -v "$c"; done; true`,
    split: splitMarked,
    join: joinMarked,
  },
  process: ([line]) => line,
});

/**
 * Whether the system waits for a reboot: Debian's and Ubuntu's mark, `needs-restarting` of the RPM world, a
 * running kernel whose modules are gone (Alpine, Arch), another kernel installed than runs (FreeBSD).
 */
export const RebootRequired: Fact<boolean> = fact<boolean>({
  name: "server.RebootRequired",
  remember: {},
  command: () =>
    `if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then echo yes; ` +
    `elif command -v needs-restarting >/dev/null 2>&1; then ` +
    `needs-restarting -r >/dev/null 2>&1; [ $? -ne 1 ] || echo yes; ` +
    `elif [ -e /etc/alpine-release ] || [ -e /etc/arch-release ]; then ` +
    `[ -z "$(ls /lib/modules 2>/dev/null)" ] || [ -d "/lib/modules/$(uname -r)" ] || echo yes; ` +
    `elif command -v freebsd-version >/dev/null 2>&1; then ` +
    `[ "$(freebsd-version -k)" = "$(uname -r)" ] || echo yes; fi`,
  process: ([line]) => line === "yes",
});

/** What tells one boot of the system from another; a reboot changes it. */
export const BootId: Fact<string> = fact<string>({
  name: "server.BootId",
  remember: {},
  command: () => "cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime",
  process: ([line = ""]) => line,
});
