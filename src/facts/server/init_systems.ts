/** Which service managers are at work, and not only installed. */

import { type Fact, fact } from "../../host/mod.ts";

/** A service manager that leaves traces of its running. */
export type RunningManager = "systemd" | "openrc" | "runit" | "sysvinit";

/**
 * The service managers that run: several where one supervises services beside the system's own, or answers in the
 * place of another, as systemd does for `sysvinit`.
 */
export const ServiceManagers: Fact<RunningManager[]> = fact<RunningManager[]>({
  name: "server.ServiceManagers",
  remember: {},
  command: () =>
    `! test -d /run/systemd/system || echo systemd
! test -e /run/openrc/softlevel || echo openrc
case $(cat /proc/1/comm 2> /dev/null) in runit|runsvdir) echo runit;; esac
! test -p /run/initctl && ! test -p /dev/initctl || echo sysvinit`,
  process: (lines) => lines as RunningManager[],
  default: () => [],
});
