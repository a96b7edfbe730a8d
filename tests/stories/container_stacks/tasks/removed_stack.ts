/** A stack that is no longer wanted: stopped, and removed with its data. */

import { facts, host } from "drover";
import { files, systemd } from "drover/operations";

const name: string = host.data.name;
const service = `stack-${name}.service`;
const path = `/etc/systemd/system/${service}`;

if (await host.getFact(facts.files.File, { path })) {
  await systemd.service({ name: `Stop ${name}`, service, running: false, enabled: false });
}
const unitFile = await files.file({ name: `Remove ${name}'s unit`, path, present: false });
await systemd.daemonReload({ name: `Forget ${name}'s unit`, _if: unitFile });
await files.directory({
  name: `Remove the directory of ${name}`,
  path: `${host.data.stacks_directory}/${name}`,
  present: false,
});
