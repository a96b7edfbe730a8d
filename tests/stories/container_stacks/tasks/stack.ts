/** One stack. */

import { anyChanged, host, sh } from "drover";
import { files, systemd } from "drover/operations";
import type { Stack } from "../group_data/container_hosts.ts";

const name: string = host.data.name;
const { services, env = {} }: Stack = host.data.stack;
const compose: string = host.data.compose;
const directory = `${host.data.stacks_directory}/${name}`;
const unit = `stack-${name}.service`;

await files.directory({ name: `Make the directory of ${name}`, path: directory, mode: 750 });

// Where a service mounts something of ours, it has to be there before an engine makes it.
const mounts = Object.values(services).flatMap((service) => service.volumes ?? [])
  .map((volume) => volume.split(":")[0]!)
  .filter((path) => path.startsWith("./"));
for (const mount of mounts) {
  await files.directory({
    name: `Make ${name}'s ${mount}`,
    path: `${directory}/${mount.slice("./".length)}`,
    mode: 750,
  });
}

const composeFile = await files.template({
  name: `Write ${name}'s compose file`,
  src: "templates/compose.yaml.j2",
  dest: `${directory}/docker-compose.yaml`,
  mode: 644,
  data: { name, services, hasEnvironment: Object.keys(env).length > 0 },
});
const environment = await files.template({
  name: `Write ${name}'s environment`,
  src: "templates/stack.env.j2",
  dest: `${directory}/stack.env`,
  mode: 600,
  data: { env },
});

const unitFile = await files.template({
  name: `Write ${name}'s unit`,
  src: "templates/stack.service.j2",
  dest: `/etc/systemd/system/${unit}`,
  mode: 644,
  data: { name, directory, compose },
});
await systemd.daemonReload({ name: `Read ${name}'s unit`, _if: unitFile });

const check =
  sh`${compose} --project-directory ${directory} --file ${directory}/docker-compose.yaml config --quiet`;
await systemd.service({
  name: `Start ${name}`,
  service: unit,
  running: true,
  enabled: true,
  _precondition: check,
});
await systemd.service({
  name: `Bring ${name} up to date`,
  service: unit,
  reloaded: true,
  _if: anyChanged(composeFile, environment),
  _precondition: check,
});
