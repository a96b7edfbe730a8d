/** Facts about the jobs of Upstart. */

import { type Fact, fact } from "../host/mod.ts";
import { serviceSubject } from "./service_subject.ts";

/** Whether jobs are running, by name; one of several instances is enough. */
export const UpstartStatus: Fact<Record<string, boolean>> = fact<Record<string, boolean>>({
  name: "upstart.UpstartStatus",
  about: () => serviceSubject(undefined, "running"),
  remember: {},
  requires: "initctl",
  command: () => "initctl list",
  process: readJobs,
  default: () => ({}),
});

/** `nginx start/running, process 12`, `plymouth-shutdown stop/waiting`, `tty (/dev/tty3) start/running`. */
function readJobs(lines: readonly string[]): Record<string, boolean> {
  const jobs: Record<string, boolean> = {};
  for (const line of lines) {
    const [, name, goal] = /^(\S+)(?: \(.*\))? (start|stop)\/\w/.exec(line) ?? [];
    if (name !== undefined) jobs[name] = jobs[name] === true || goal === "start";
  }
  return jobs;
}
