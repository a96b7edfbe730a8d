/** Services of s6. */

import { pathWord, sh } from "../command/mod.ts";
import { S6Status } from "../facts/s6.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { checkPath, withoutSlash } from "./files/remote_path.ts";
import { checkService, SERVICE_PARAMETERS } from "./service_control.ts";
import { type SupervisedArgs, superviseService } from "./service_directory.ts";

/** Arguments of {@linkcode service}. */
export interface S6ServiceArgs extends SupervisedArgs {
  /** Options of `s6-svc` to use each time, such as `"-1"`, which sends SIGUSR1. */
  command?: string;
  /** Directory that `s6-svscan` looks at. Default: `/run/service`. */
  scandir?: string | undefined;
  /**
   * Directory that holds the service: it is linked from there. Without it, the service has to be in `scandir`
   * already.
   */
  sourcedir?: string | undefined;
}

/** How long an action may take to have its effect, in milliseconds. */
const PATIENCE = 10_000;

/** What `s6-svc` calls the actions; all but the last wait for their effect. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  start: ["-T", `${PATIENCE}`, "-wu", "-u"],
  stop: ["-T", `${PATIENCE}`, "-wD", "-d"],
  restart: ["-T", `${PATIENCE}`, "-wr", "-r"],
  reload: ["-h"],
};

/**
 * Starts, stops, restarts, reloads (SIGHUP), enables or disables a service of s6.
 *
 * It changes something if the service is not supervised, or not in the wanted state; `restarted`, `reloaded` and
 * `command` act each time, so give them a condition. Enabled is what has no file `down` in its directory. Databases
 * of s6-rc are none of its affairs.
 *
 * @example
 * ```ts
 * await s6.service({ service: "sshd", sourcedir: "/etc/s6/sv", _sudo: true });
 * await s6.service({ service: "nginx", reloaded: true, _if: config, _sudo: true });
 * ```
 */
export const service: Operation<S6ServiceArgs> = operation<S6ServiceArgs>(
  "s6.service",
  async function* (args) {
    const { service, sourcedir } = args;
    checkService("s6.service", args);
    const scandir = withoutSlash(checkPath("s6.service", "scandir", args.scandir ?? "/run/service"));
    const path = `${scandir}/${service}`;
    const status = await host.getFact(S6Status, { service, scandir });
    const message =
      `s6 does not answer for ${service}: does s6-svscan run, look at ${scandir}, and let this user ask?`;
    yield* superviseService(args, {
      path,
      source: sourcedir === undefined
        ? undefined
        : `${withoutSlash(checkPath("s6.service", "sourcedir", sourcedir))}/${service}`,
      isManaged: typeof status[service] === "boolean",
      isRunning: status[service] ?? false,
      act: ([action = "", ...more]) => sh`s6-svc ${ACTIONS[action] ?? action} ${more} ${pathWord(path)}`,
      wait: sh`i=0; until s6-svok ${
        pathWord(path)
      }; do test $i -lt 10 || { echo ${message} >&2; exit 1; }; i=$((i+1)); sleep 1; done`,
      rescan: sh`s6-svscanctl -an ${pathWord(scandir)}`,
      release: sh`s6-svc -xd ${pathWord(path)}`,
    });
  },
  {
    parameters: {
      ...SERVICE_PARAMETERS,
      managed: "boolean?",
      scandir: "string?",
      sourcedir: "string?",
    },
  },
);
