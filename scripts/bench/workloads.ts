/** The deploys that the bench runs. Each host writes below a directory of its own, named by its data. */

/** A deploy and what is done before it is measured. */
export interface Workload {
  name: string;
  deploy: string;
  /** Runs once before the measured runs, so that nothing is left to do. */
  warm: boolean;
  /** Whether each run begins without the files of the one before. */
  fresh?: boolean;
}

const HEAD = `
import { host } from "drover";
import { files, server } from "drover/operations";
const base = host.data.place + host.name;
`;

const IN_PLACE = `${HEAD}
for (const number of [1, 2, 3]) await files.directory({ path: base + "/directory" + number });
for (const number of [1, 2, 3]) await files.file({ path: base + "/file" + number });
for (const number of [1, 2, 3, 4]) await files.line({ path: base + "/lines", line: "line " + number });`;

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

/** All workloads. */
export const WORKLOADS: readonly Workload[] = [
  { name: "no operations", deploy: "", warm: false },
  { name: "W1: 10 operations in place", deploy: IN_PLACE, warm: true },
  { name: "W2: 20 commands", deploy: COMMANDS, warm: true },
  { name: "W3: 20 small files, fresh", deploy: SMALL_FILES, warm: false, fresh: true },
  { name: "W3: 20 small files, again", deploy: SMALL_FILES, warm: true },
  { name: "50 MiB file, fresh", deploy: LARGE_FILE, warm: false, fresh: true },
  { name: "50 MiB file, again", deploy: LARGE_FILE, warm: true },
  { name: "50 operations in place", deploy: FIFTY, warm: true },
];
