/** Services of FreeBSD. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import {
  type JailArgs,
  jailOption,
  serviceName,
  ServiceScript,
  ServiceStatus,
  serviceSubject,
} from "../../facts/freebsd.ts";
import { host, type Operation, operation, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode service}. */
export interface FreebsdServiceArgs extends JailArgs {
  /** Name of the script in `/etc/rc.d` or `/usr/local/etc/rc.d`. */
  srvname: string;
  /** The wanted state; `custom` runs `command`. Default: `"started"`. */
  srvstate?: "started" | "stopped" | "restarted" | "reloaded" | "custom" | undefined;
  /** The action of the script with its arguments, as one text or several, with `srvstate: "custom"`. */
  command?: string | readonly string[] | undefined;
  /** Variables for the script: `["NAME=value"]`. */
  environment?: readonly string[] | undefined;
  /** Lets `service` tell more. Default: `false`. */
  verbose?: boolean | undefined;
}

const ACTIONS = { started: "start", stopped: "stop", restarted: "restart", reloaded: "reload" } as const;

/**
 * Starts, stops, restarts or reloads a service, or runs another action of its script.
 *
 * It changes something if the service is not in the wanted state; `restarted`, `reloaded` and `custom` act each time,
 * so give them a condition. A service that is not enabled in `rc.conf` cannot be started: see `freebsd.sysrc`.
 *
 * @example
 * ```ts
 * await freebsd.sysrc({ parameter: "nginx_enable", value: "YES", _sudo: true });
 * await freebsd.service({ srvname: "nginx", _sudo: true });
 * await freebsd.service({ srvname: "postgresql", srvstate: "custom", command: "initdb", _sudo: true });
 * ```
 */
export const service: Operation<FreebsdServiceArgs> = operation<FreebsdServiceArgs>(
  "freebsd.service",
  async function* (args) {
    const { srvstate = "started", jail } = args;
    const srvname = serviceName(args.srvname);
    const action = srvstate === "custom" ? customAction(args) : ACTIONS[srvstate];
    const variables = environmentOptions(args);
    touches(serviceSubject(args));
    const [script, status] = await Promise.all([
      host.getFact(ServiceScript, { srvname, jail }),
      host.getFact(ServiceStatus, { srvname, jail }),
    ]);
    const isRunning = status === "running";
    if (srvstate === "stopped" && !script) return host.noop(`there is no service ${srvname}`);
    if (srvstate === "started" && isRunning) return host.noop(`service ${srvname} is running`);
    if (srvstate === "stopped" && !isRunning) return host.noop(`service ${srvname} is stopped`);
    if (srvstate === "reloaded" && !isRunning) {
      return host.noop(`service ${srvname} is stopped: nothing to reload`);
    }
    yield sh`service ${args.verbose && "-v"} ${jailOption(args)} ${variables} ${srvname} ${action}`;
  },
  {
    parameters: {
      srvname: "string",
      jail: "string?",
      srvstate: "'started' | 'stopped' | 'restarted' | 'reloaded' | 'custom'?",
      command: "string | string[]?",
      environment: "string[]?",
      verbose: "boolean?",
    },
  },
);

function customAction({ command = [] }: FreebsdServiceArgs): readonly string[] {
  const words = [command].flat().filter((word) => word !== "");
  if (words.length > 0) return words;
  throw new DroverError("E_ARGUMENT", "freebsd.service has no command for the state custom", {
    hint: 'command: "configtest"',
  });
}

function environmentOptions({ environment = [] }: FreebsdServiceArgs) {
  return environment.map((variable) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(variable)) return sh`-E ${variable}`;
    throw new DroverError(
      "E_ARGUMENT",
      `freebsd.service needs variables as NAME=value: ${Deno.inspect(variable)}`,
    );
  });
}
