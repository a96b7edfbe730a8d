/** The operation on the host's time zone. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Timezone, Which } from "../../facts/server/mod.ts";
import { host, operation, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode timezone}. */
export interface TimezoneArgs {
  /** Name of the zone: `"Europe/Amsterdam"`, `"UTC"`. */
  timezone: string;
}

/**
 * Sets the time zone of the host: with `timedatectl` where systemd is at work, else by the link
 * `/etc/localtime`. It changes something if the zone is another.
 *
 * @example
 * ```ts
 * await server.timezone({ timezone: "UTC", _sudo: true });
 * ```
 */
export const timezone = operation<TimezoneArgs>("server.timezone", async function* ({ timezone: zone }) {
  if (!/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(zone) || zone.startsWith("-")) {
    throw new DroverError("E_ARGUMENT", `${Deno.inspect(zone)} cannot be the name of a time zone`, {
      hint: 'names look like "Europe/Amsterdam"; timedatectl list-timezones lists them',
    });
  }
  touches({ kind: "timezone" });
  const [current, timedatectl] = await Promise.all([
    host.getFact(Timezone),
    host.getFact(Which, { command: "timedatectl" }),
  ]);
  if (current === zone) return host.noop(`timezone is ${zone}`);
  const file = `/usr/share/zoneinfo/${zone}`;
  const link = sh`test -e ${file} && ln -sfn ${file} /etc/localtime`;
  const alsoDebian = sh`if [ -e /etc/timezone ]; then echo ${zone} > /etc/timezone; fi`;
  const byHand = sh`${link} && ${alsoDebian}`;
  if (!timedatectl) {
    yield byHand;
    return;
  }
  // timedated remembers the zone that it has set: it does nothing, and says that all is well, where the link was changed since.
  const settled = sh`case "$(readlink /etc/localtime)" in ""|*/${zone}) ;; *) ${byHand};; esac`;
  // Containers often have the program, but no systemd to talk to.
  yield sh`if [ -d /run/systemd/system ]; then timedatectl set-timezone ${zone} && ${settled}; else ${byHand}; fi`;
}, { parameters: { timezone: "string" } });
