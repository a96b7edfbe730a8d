/** Facts about FreeBSD's packages, services and system configuration, in jails too. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { type Fact, fact, type Subject } from "../host/mod.ts";

/** The jail that facts and operations look into. */
export interface JailArgs {
  /** Name or number of a jail. Default: the host itself. */
  jail?: string | undefined;
}

/** Arguments of {@linkcode PkgPackage}. */
export interface PkgPackageArgs extends JailArgs {
  /** Name of the package, with or without its version, or its origin such as `www/nginx`. */
  package: string;
}

/** Arguments of {@linkcode ServiceScript} and {@linkcode ServiceStatus}. */
export interface ServiceFactArgs extends JailArgs {
  /** Name of the script in `/etc/rc.d` or `/usr/local/etc/rc.d`. */
  srvname: string;
}

/** Arguments of {@linkcode Sysrc} and {@linkcode SysrcDefault}. */
export interface SysrcFactArgs extends JailArgs {
  /** Name of the variable in `rc.conf`. */
  parameter: string;
}

/**
 * An installed package with its version, such as `nginx-1.26.2`; empty if it is not installed.
 *
 * @example
 * ```ts
 * if (await host.getFact(facts.freebsd.PkgPackage, { package: "nginx", jail: "web" }) === "") { … }
 * ```
 */
export const PkgPackage: Fact<string, PkgPackageArgs> = fact<string, PkgPackageArgs>({
  name: "freebsd.PkgPackage",
  about: (args) => packageSubject(args),
  remember: { package: "line", jail: "line" },
  parameters: { package: "string", jail: "string?" },
  command: (args) => sh`pkg ${jailOption(args)} info -E -- ${args.package} 2> /dev/null || true`,
  default: () => "",
  process: ([line = ""]) => line,
});

/**
 * Name of a service's script, if there is one; otherwise empty.
 *
 * @example
 * ```ts
 * const script = await host.getFact(facts.freebsd.ServiceScript, { srvname: "nginx" });
 * ```
 */
export const ServiceScript: Fact<string, ServiceFactArgs> = fact<string, ServiceFactArgs>({
  name: "freebsd.ServiceScript",
  remember: { srvname: "line", jail: "line" },
  parameters: { srvname: "string", jail: "string?" },
  command: (args) =>
    sh`service ${jailOption(args)} -l 2> /dev/null | grep -Fx -e ${serviceName(args.srvname)} || true`,
  default: () => "",
  process: ([line = ""]) => line,
});

/**
 * `running` if a service says so of itself; otherwise empty.
 *
 * @example
 * ```ts
 * const runs = await host.getFact(facts.freebsd.ServiceStatus, { srvname: "nginx" }) === "running";
 * ```
 */
export const ServiceStatus: Fact<string, ServiceFactArgs> = fact<string, ServiceFactArgs>({
  name: "freebsd.ServiceStatus",
  about: (args) => serviceSubject(args),
  remember: { srvname: "line", jail: "line" },
  parameters: { srvname: "string", jail: "string?" },
  command: ({ srvname, jail = "" }) =>
    sh`service -j ${jail} ${
      serviceName(srvname)
    } status > /dev/null 2>&1; if [ $? -eq 0 ]; then echo running; fi`,
  default: () => "",
  process: ([line = ""]) => line,
});

/**
 * Value of a variable as the system uses it: of `rc.conf`, else of `/etc/defaults/rc.conf`; empty if it is in neither.
 *
 * @example
 * ```ts
 * const enabled = await host.getFact(facts.freebsd.Sysrc, { parameter: "nginx_enable" }) === "YES";
 * ```
 */
export const Sysrc: Fact<string, SysrcFactArgs> = fact<string, SysrcFactArgs>({
  name: "freebsd.Sysrc",
  about: (args) => sysrcSubject(args),
  remember: { parameter: "line", jail: "line" },
  parameters: { parameter: "string", jail: "string?" },
  command: (args) => sh`sysrc ${jailOption(args)} -in -- ${parameterName(args.parameter)} || true`,
  default: () => "",
  process: (lines) => lines.join("\n"),
});

/**
 * Value that a variable has in `/etc/defaults/rc.conf`, whatever `rc.conf` says; empty if it has none there.
 *
 * @example
 * ```ts
 * const byDefault = await host.getFact(facts.freebsd.SysrcDefault, { parameter: "sshd_enable" });
 * ```
 */
export const SysrcDefault: Fact<string, SysrcFactArgs> = fact<string, SysrcFactArgs>({
  name: "freebsd.SysrcDefault",
  about: (args) => sysrcSubject(args),
  remember: { parameter: "line", jail: "line" },
  parameters: { parameter: "string", jail: "string?" },
  command: (args) => sh`sysrc ${jailOption(args)} -inD -- ${parameterName(args.parameter)} || true`,
  default: () => "",
  process: (lines) => lines.join("\n"),
});

/**
 * The option that leads a program into a jail.
 *
 * @throws {DroverError} `E_ARGUMENT` for what is no name of a jail.
 */
export function jailOption({ jail }: JailArgs): ShellCommand | undefined {
  if (jail === undefined) return undefined;
  if (/^[^\s-]\S*$/.test(jail)) return sh`-j ${jail}`;
  throw new DroverError("E_ARGUMENT", `${JSON.stringify(jail)} is not the name or number of a jail`);
}

/**
 * Checks the name of a service's script.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function serviceName(name: string): string {
  if (/^[^\s/-][^\s/]*$/.test(name)) return name;
  throw new DroverError("E_ARGUMENT", `${JSON.stringify(name)} is not the name of a service`);
}

/**
 * Checks the name of a variable of `rc.conf`, which is one of the shell.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function parameterName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new DroverError("E_ARGUMENT", `${JSON.stringify(name)} is not the name of a variable of rc.conf`, {
    hint: "names consist of letters, digits and underscores, such as nginx_enable",
  });
}

/** A package, for what plans say of one another. */
export function packageSubject(
  { package: name, jail }: { package?: string; jail?: string | undefined },
): Subject {
  return { kind: inJail("package", jail), name };
}

/** A service, for what plans say of one another. */
export function serviceSubject({ srvname, jail }: ServiceFactArgs): Subject {
  return { kind: inJail("service", jail), name: srvname };
}

/** A variable of `rc.conf`, for what plans say of one another. */
export function sysrcSubject({ parameter, jail }: SysrcFactArgs): Subject {
  return { kind: inJail("rc.conf", jail), name: parameter };
}

function inJail(kind: string, jail: string | undefined): string {
  return jail === undefined ? kind : `${kind} of jail ${jail}`;
}
