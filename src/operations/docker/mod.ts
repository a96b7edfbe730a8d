/** Operations on Docker: containers, images, networks, volumes, plugins, registries and stacks. */

export { build } from "./build.ts";
export { compose } from "./compose.ts";
export { container } from "./container.ts";
export { containerExec } from "./container_exec.ts";
export { image } from "./image.ts";
export { login, logout } from "./login.ts";
export { network } from "./network.ts";
export { plugin } from "./plugin.ts";
export { prune } from "./prune.ts";
export { volume } from "./volume.ts";
