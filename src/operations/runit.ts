/** Services of runit, as on Void. */

import { posix } from "node:path";
import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { Link } from "../facts/files/mod.ts";
import { RunitManaged, RunitStatus, RunitSvdir } from "../facts/runit.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { file } from "./files/mod.ts";
import { checkPath, withoutSlash } from "./files/remote_path.ts";
import { checkService, checkServiceName, SERVICE_PARAMETERS } from "./service_control.ts";
import { manageService, type Placement, type SupervisedArgs, superviseService } from "./service_directory.ts";

/** Where services are supervised, and where they are kept. */
export interface RunitDirectories {
  /**
   * Directory that `runsvdir` looks at. Default: `/var/service`, or the first of `/etc/service`,
   * `/run/runit/service` and `/service` that exists.
   */
  svdir?: string | undefined;
  /** Directory that holds the services. Default: the one that the service is linked from, or `/etc/sv`. */
  sourcedir?: string | undefined;
}

/** Arguments of {@linkcode service}. */
export interface RunitServiceArgs extends SupervisedArgs, RunitDirectories {}

/** Arguments of {@linkcode manage}. */
export interface ManageArgs extends RunitDirectories {
  /** Name of the service. */
  service: string;
  /** Whether it shall be supervised. Default: `true`. */
  managed?: boolean | undefined;
}

/** Arguments of {@linkcode auto}. */
export interface AutoArgs {
  /** Name of the service. */
  service: string;
  /** Whether it shall start by itself. Default: `true`. */
  auto?: boolean | undefined;
  /** Directory that holds the services. Default: `/etc/sv`. */
  sourcedir?: string | undefined;
}

/** Arguments of {@linkcode waitRunsv}. */
export interface WaitRunsvArgs {
  /** Name of the service. */
  service: string;
  /** Directory that `runsvdir` looks at; found as for {@linkcode service}. */
  svdir?: string | undefined;
  /** Seconds to wait. Default: `10`. */
  timeout?: number | undefined;
}

/**
 * Starts, stops, restarts, reloads, enables or disables a service of runit.
 *
 * It changes something if the service is not supervised, or not in the wanted state; `restarted`, `reloaded` and
 * `command` act each time, so give them a condition. What is not supervised yet is linked into `svdir`; enabled is
 * what has no file `down`.
 *
 * @example
 * ```ts
 * await runit.service({ service: "sshd", _sudo: true });
 * await runit.service({ service: "nginx", reloaded: true, _if: config, _sudo: true });
 * await runit.service({ service: "cups", managed: false, _sudo: true });
 * ```
 */
export const service: Operation<RunitServiceArgs> = operation<RunitServiceArgs>(
  "runit.service",
  async function* (args) {
    const { service } = args;
    checkService("runit.service", args);
    const svdir = await findSvdir("runit.service", args.svdir);
    const [{ path, source }, managed = [], status = {}] = await Promise.all([
      placeOf("runit.service", { ...args, svdir }),
      host.getFact(RunitManaged, { service, svdir }),
      host.getFact(RunitStatus, { service, svdir }),
    ]);
    yield* superviseService(args, {
      path,
      source,
      isManaged: managed.includes(service) && typeof status[service] === "boolean",
      isRunning: status[service] ?? false,
      act: (action) => sh`SVDIR=${pathWord(svdir)} sv ${action} ${service}`,
      wait: waitCommand(service, svdir),
    });
  },
  {
    parameters: {
      ...SERVICE_PARAMETERS,
      managed: "boolean?",
      svdir: "string?",
      sourcedir: "string?",
    },
  },
);

/**
 * Links a service into the directory that `runsvdir` looks at, or removes it from there: runit starts or stops
 * to supervise it within five seconds. Changes something if the link is not as wanted.
 *
 * @example
 * ```ts
 * await runit.manage({ service: "sshd", _sudo: true });
 * ```
 */
export const manage: Operation<ManageArgs> = operation<ManageArgs>("runit.manage", async function* (args) {
  checkServiceName("runit.manage", args.service);
  const svdir = await findSvdir("runit.manage", args.svdir);
  yield* manageService(await placeOf("runit.manage", { ...args, svdir }), args.managed ?? true);
}, {
  parameters: { service: "string", managed: "boolean?", svdir: "string?", sourcedir: "string?" },
});

/**
 * Says whether a service starts by itself when runit begins to supervise it: its directory has a file `down` where
 * it does not. Changes something if there is one, or none with `auto: false`.
 *
 * @example
 * ```ts
 * await runit.auto({ service: "backup", auto: false, _sudo: true });
 * ```
 */
export const auto: Operation<AutoArgs> = operation<AutoArgs>("runit.auto", async function* (args) {
  checkServiceName("runit.auto", args.service);
  const source = checkPath("runit.auto", "sourcedir", args.sourcedir ?? "/etc/sv");
  const path = `${withoutSlash(source)}/${args.service}/down`;
  yield* file.steps({ path, present: args.auto === false, createRemoteDir: false });
}, { parameters: { service: "string", auto: "boolean?", sourcedir: "string?" } });

/**
 * Waits until runit supervises a service, and fails if it does not in time. It waits each time.
 *
 * @example
 * ```ts
 * await runit.waitRunsv({ service: "sshd", timeout: 30, _if: linked, _sudo: true });
 * ```
 */
export const waitRunsv: Operation<WaitRunsvArgs> = operation<WaitRunsvArgs>(
  "runit.waitRunsv",
  async function* ({ service, timeout, svdir }) {
    checkServiceName("runit.waitRunsv", service);
    yield waitCommand(service, await findSvdir("runit.waitRunsv", svdir), timeout);
  },
  { parameters: { service: "string", svdir: "string?", timeout: "number?" }, idempotent: false },
);

/** Where a service is supervised, and where it is kept. A link that is there already tells, unless it is said. */
async function placeOf(
  operation: string,
  { service, svdir, sourcedir }: RunitDirectories & { service: string; svdir: string },
): Promise<Placement> {
  const path = `${svdir}/${service}`;
  if (sourcedir !== undefined) {
    return { path, source: `${withoutSlash(checkPath(operation, "sourcedir", sourcedir))}/${service}` };
  }
  const found = await host.getFact(Link, { path });
  if (found) return { path, source: posix.resolve(svdir, found.linkTarget) };
  return { path, source: found === undefined ? `/etc/sv/${service}` : undefined };
}

async function findSvdir(operation: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return withoutSlash(checkPath(operation, "svdir", given));
  return await host.getFact(RunitSvdir) ?? "/var/service";
}

function waitCommand(service: string, svdir: string, timeout = 10): ShellCommand {
  const message =
    `runit does not answer for ${service}: does runsvdir run, look at ${svdir}, and let this user ask?`;
  return sh`export SVDIR=${pathWord(svdir)}
i=0
until sv status ${service} > /dev/null 2>&1; do
    test $i -lt ${timeout} || { echo ${message} >&2; exit 1; }
    i=$((i+1))
    sleep 1
done`;
}
