/** Facts about the services of s6. */

import { pathWord, raw, sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { serviceSubject } from "./service_subject.ts";

/** Arguments of {@linkcode S6Status}. */
export interface S6Args {
  /** The only service that is asked for. Default: all. */
  service?: string | undefined;
  /** Directory that `s6-svscan` looks at. Default: `/run/service`. */
  scandir?: string | undefined;
}

/**
 * Whether the services in a scan directory are up, by name; `null` for those that nothing supervises, and without
 * the right to ask.
 *
 * @example
 * ```ts
 * const status = await host.getFact(facts.s6.S6Status, { scandir: "/srv/scan" });
 * ```
 */
export const S6Status: Fact<Record<string, boolean | null>, S6Args> = fact<
  Record<string, boolean | null>,
  S6Args
>({
  name: "s6.S6Status",
  about: ({ service }) => serviceSubject(service, "running"),
  remember: { service: "line", scandir: "path" },
  parameters: { service: "string?", scandir: "string?" },
  requires: "s6-svstat",
  command: ({ service, scandir = "/run/service" }) => {
    const names = service === undefined ? raw("*") : sh`${service}`;
    return sh`if cd ${
      pathWord(scandir)
    } 2> /dev/null; then for s in ${names}; do test -d "$s" && echo "$(s6-svstat -u "./$s" 2> /dev/null || echo unknown) $s" || true; done; fi`;
  },
  process: (lines) => Object.fromEntries(lines.flatMap(readState)),
  default: () => ({}),
});

function readState(line: string): [string, boolean | null][] {
  const [, state, name] = /^(true|false|unknown) (.+)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, state === "unknown" ? null : state === "true"]];
}
