/** A first deploy, in one directory of this machine: `drover @local deploy.ts --data dir=/tmp/quickstart`. */

import { facts, host, sh } from "drover";
import { files, server } from "drover/operations";

const dir: string = host.data.get("dir", "/tmp/drover-quickstart");

await files.directory({ name: "Create the directory", path: dir, mode: "755" });

await files.put({ name: "Copy a file", src: "files/greeting.txt", dest: `${dir}/greeting.txt`, mode: "644" });

const settings = await files.template({
  name: "Render the settings",
  src: "templates/settings.ini.j2",
  dest: `${dir}/settings.ini`,
  data: { workers: host.data.get("workers", 2) },
});

await files.line({
  name: "Name the directory in a profile",
  path: `${dir}/profile`,
  line: `export QUICKSTART=${dir}`,
});

// What is done may depend on what the host is.
if (await host.getFact(facts.server.Kernel) === "Linux") {
  await files.link({ name: "Link to the memory's size", path: `${dir}/meminfo`, target: "/proc/meminfo" });
} else {
  await files.file({ name: "Note that this is no Linux", path: `${dir}/not-linux` });
}

// A command runs every time, unless it has a condition.
await server.shell({
  name: "Count the workers",
  commands: [sh`grep -c workers ${dir}/settings.ini >> ${dir}/history`],
  _if: settings,
});
