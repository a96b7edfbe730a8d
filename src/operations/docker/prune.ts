/** Removing what is not used. */

import { sh } from "../../command/mod.ts";
import { alters, effect, type Operation, operation } from "../../host/mod.ts";
import { dockerSubject } from "./names.ts";

/** Arguments of {@linkcode prune}. */
export interface PruneArgs {
  /** Removes all images that no container uses, not only those without a name. Default: `false`. */
  all?: boolean | undefined;
  /** Removes volumes without a name that no container uses, too. Default: `false`. */
  volumes?: boolean | undefined;
  /** What to remove only: `until=24h`, `label=temporary`. */
  filter?: string | undefined;
}

/**
 * Removes stopped containers, networks that are not used, images without a name and what builds have left. It acts
 * each time.
 *
 * @example
 * ```ts
 * await docker.prune({ all: true, filter: "until=168h", _sudo: true });
 * ```
 */
export const prune: Operation<PruneArgs> = operation<PruneArgs>("docker.prune", async function* (args) {
  alters(
    dockerSubject("container"),
    dockerSubject("network"),
    dockerSubject("image"),
    dockerSubject("volume"),
  );
  effect("remove");
  const filter = args.filter !== undefined && args.filter !== "" && sh`--filter=${args.filter}`;
  yield sh`docker system prune ${args.all && sh`-a`} ${args.volumes && sh`--volumes`} ${filter} -f`;
}, {
  parameters: { all: "boolean?", volumes: "boolean?", filter: "string?" },
  idempotent: false,
});
