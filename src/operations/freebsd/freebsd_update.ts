/** Updates of FreeBSD's base system. */

import { pathWord, sh } from "../../command/mod.ts";
import { type JailArgs, jailOption } from "../../facts/freebsd.ts";
import { type Operation, operation } from "../../host/mod.ts";

/** Arguments of {@linkcode freebsdUpdate}. */
export interface FreebsdUpdateArgs extends JailArgs {
  /** Goes on where `freebsd-update` would rather stop. Default: `false`. */
  force?: boolean | undefined;
  /** Root of the system to update. Default: `/`. */
  basedir?: string | undefined;
  /** Directory for what is downloaded. Default: `/var/db/freebsd-update`. */
  workdir?: string | undefined;
  /** Path of the configuration. Default: `/etc/freebsd-update.conf`. */
  conffile?: string | undefined;
  /** Digest of the public key to trust; the configuration's by default. */
  key?: string | undefined;
  /** The release to take the system for, such as `14.1-RELEASE`; it is asked for it by default. */
  currentlyRunning?: string | undefined;
  /** The server to fetch from; the configuration's by default. */
  server?: string | undefined;
}

/**
 * Fetches and installs updates of the base system. It acts each time, and does nothing where there are none.
 *
 * @example
 * ```ts
 * await freebsd.freebsdUpdate({ _sudo: true });
 * ```
 */
export const freebsdUpdate: Operation<FreebsdUpdateArgs> = operation<FreebsdUpdateArgs>(
  "freebsd.freebsdUpdate",
  async function* (args) {
    const words = [
      args.force && sh`-F`,
      args.basedir !== undefined && sh`-b ${pathWord(args.basedir)}`,
      args.workdir !== undefined && sh`-d ${pathWord(args.workdir)}`,
      args.conffile !== undefined && sh`-f ${pathWord(args.conffile)}`,
      jailOption(args),
      args.key !== undefined && sh`-k ${args.key}`,
      args.currentlyRunning !== undefined && sh`--currently-running ${args.currentlyRunning}`,
      args.server !== undefined && sh`-s ${args.server}`,
    ];
    // It would page through what it is about to change, and wait up to an hour if it took itself for a job of cron.
    yield sh`PAGER=cat freebsd-update ${words} --not-running-from-cron fetch install`;
  },
  {
    parameters: {
      force: "boolean?",
      basedir: "string?",
      workdir: "string?",
      conffile: "string?",
      jail: "string?",
      key: "string?",
      currentlyRunning: "string?",
      server: "string?",
    },
    idempotent: false,
  },
);
