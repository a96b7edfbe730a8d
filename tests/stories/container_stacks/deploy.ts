/** Each stack is a directory with a compose file, its environment and its data, and a unit that starts it. */

import { host, include } from "drover";
import { apt, files } from "drover/operations";
import type { Stack } from "./group_data/container_hosts.ts";

await apt.packages({
  name: "Install Compose",
  packages: ["docker-compose"],
  update: true,
  cacheTime: 86400,
  noRecommends: true,
});

await files.directory({ name: "Make the directory of stacks", path: host.data.stacks_directory, mode: 755 });

const stacks: Record<string, Stack> = host.data.stacks;
for (const [name, stack] of Object.entries(stacks)) {
  if (stack.present === false) await include("tasks/removed_stack.ts", { data: { name } });
  else await include("tasks/stack.ts", { data: { name, stack } });
}
