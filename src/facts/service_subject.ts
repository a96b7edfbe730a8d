/** What facts about services tell about, where systemd does not manage them. */

import type { Subject } from "../host/mod.ts";

/** What there is to know of a service, or a part of it; of all services without a name. */
export function serviceSubject(service: string | undefined, part?: "running" | "enabled"): Subject {
  return { kind: "service", name: service, ...(part === undefined ? {} : { parts: [part] }) };
}
