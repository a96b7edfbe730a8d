/** The deploys that the bench runs. Each host writes below a directory of its own, named by its data. */

/** A deploy and what is done before it is measured. */
export interface Workload {
  name: string;
  deploy: string;
  /** Runs once before the measured runs, so that nothing is left to do. */
  warm: boolean;
  /** Whether each run begins without the files of the one before. */
  fresh?: boolean;
  /** Whether it needs root and a service manager; it then has a user of its own, who is removed with the files. */
  root?: boolean;
  /** Whether the host is one that no run has seen, of a group whose other host was asked before. */
  stranger?: boolean;
}

/** The user that {@linkcode MIXED} makes. */
export const MIXED_USER = "droverbench";

/**
 * A `systemctl` for machines without systemd: it knows one unit and keeps its state in files. What is measured are
 * round trips, not systemd.
 */
export const SYSTEMCTL = `#!/bin/sh
state=\${0%/*}/state
case $1 in
show) if [ -e "$state" ]; then sub=running; else sub=dead; fi; echo "Id=bench.service"; echo "SubState=$sub";;
start|reload) : > "$state";;
esac
`;

const HEAD = `
import { host } from "drover";
import { files, server, systemd } from "drover/operations";
const base = host.data.place + host.name;
`;

const IN_PLACE = `${HEAD}
for (const number of [1, 2, 3]) await files.directory({ path: base + "/directory" + number });
for (const number of [1, 2, 3]) await files.file({ path: base + "/file" + number });
for (const number of [1, 2, 3, 4]) await files.line({ path: base + "/lines", line: "line " + number });`;

/** The same with one path for all hosts, as they mostly are: what one was asked, others will be. */
const SAME_PLACE = IN_PLACE.replace("host.data.place + host.name", 'host.data.place + "same"');

const COMMANDS = `${HEAD}
for (let number = 1; number <= 20; number++) {
  await server.shell({ name: "Command " + number, commands: ["true " + number] });
}`;

const SMALL_FILES = `${HEAD}
for (let number = 1; number <= 20; number++) {
  await files.put({ src: new TextEncoder().encode((number + "x").repeat(400)), dest: base + "/small/" + number });
}`;

const LARGE_FILE = `${HEAD}
await files.put({ src: "LARGE", dest: base + "/large" });`;

const FIFTY = `${HEAD}
for (let number = 1; number <= 10; number++) {
  await files.directory({ path: base + "/fifty/" + number });
  await files.file({ path: base + "/fifty/" + number + "/file", mode: 640 });
  await files.line({ path: base + "/fifty/" + number + "/lines", line: "line" });
  await files.put({ src: new TextEncoder().encode("content " + number), dest: base + "/fifty/" + number + "/put" });
  await files.link({ path: base + "/fifty/" + number + "/link", target: "file" });
}`;

/** What a first deploy consists of: thirty operations, most of which rest on what those before them have done. */
const MIXED = `${HEAD}
const root = base + "/mixed";
const text = (content) => ({ content: content + "\\n" });
await server.group({ group: "${MIXED_USER}" });
await server.user({ user: "${MIXED_USER}", group: "${MIXED_USER}", home: root + "/home", ensureHome: false });
await files.directory({ path: root + "/etc", mode: 755 });
await files.directory({ path: root + "/data", user: "${MIXED_USER}", group: "${MIXED_USER}", mode: 750 });
await files.directory({ path: root + "/log", user: "${MIXED_USER}", mode: 755 });
for (const name of ["a", "b", "c", "d"]) {
  await files.put({ src: text("[" + name + "]"), dest: root + "/etc/" + name + ".conf", mode: 644 });
}
const main = await files.template({ src: text("port {{ port }}"), dest: root + "/etc/main.conf", data: { port: 80 } });
for (const name of ["one", "two", "three"]) {
  await files.template({ src: text("name {{ name }}"), dest: root + "/etc/" + name + ".conf", data: { name } });
}
await files.put({ src: text("first yes"), dest: root + "/etc/lines" });
for (const line of ["second yes", "third no", "fourth maybe"]) {
  await files.line({ path: root + "/etc/lines", line });
}
await files.line({ path: root + "/etc/lines", line: "^first .*", replace: "first no" });
await files.file({ path: root + "/log/app.log", user: "${MIXED_USER}", mode: 640 });
await files.file({ path: root + "/log/error.log", user: "${MIXED_USER}", mode: 640 });
await files.link({ path: root + "/current", target: root + "/etc" });
for (const name of ["prepare", "migrate", "index", "warm"]) {
  await server.shell({ name, commands: ["echo " + name + " >> " + root + "/log/app.log"] });
}
await files.block({ path: root + "/etc/lines", content: ["in a block"] });
await files.put({ src: text("[Service]"), dest: root + "/etc/bench.service" });
await systemd.service({ service: "bench", running: true });
await systemd.service({ service: "bench", reloaded: true, _if: main });
await server.shell({ name: "check", commands: ["test -s " + root + "/etc/lines"] });`;

/** As many files as the data say, all in place: one after the other, or called together. */
export const MANY_FILES = {
  awaited: `${HEAD}
for (let number = 0; number < host.data.files; number++) await files.file({ path: base + "/many/" + number });`,
  together: `${HEAD}
const numbers = Array.from({ length: host.data.files }, (_, number) => number);
await Promise.all(numbers.map((number) => files.file({ path: base + "/many/" + number })));`,
};

/** All workloads. */
export const WORKLOADS: readonly Workload[] = [
  { name: "no operations", deploy: "", warm: false },
  { name: "W1: 10 operations in place", deploy: IN_PLACE, warm: true },
  { name: "W1: on a host never seen", deploy: SAME_PLACE, warm: true, stranger: true },
  { name: "W2: 20 commands", deploy: COMMANDS, warm: true },
  { name: "W3: 20 small files, fresh", deploy: SMALL_FILES, warm: false, fresh: true },
  { name: "W3: 20 small files, again", deploy: SMALL_FILES, warm: true },
  { name: "30 operations, first deploy", deploy: MIXED, warm: false, fresh: true, root: true },
  { name: "50 MiB file, fresh", deploy: LARGE_FILE, warm: false, fresh: true },
  { name: "50 MiB file, again", deploy: LARGE_FILE, warm: true },
  { name: "50 operations in place", deploy: FIFTY, warm: true },
];
