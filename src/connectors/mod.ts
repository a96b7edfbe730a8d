/** How to get to hosts: the port over local, ssh, docker, podman and chroot connectors, and host names. */

export { createPort } from "./port.ts";
export type { CreatePortOptions } from "./port.ts";
export { preloadSsh, SSH_BACKENDS } from "./ssh2/backend.ts";
export type { SshBackend } from "./ssh2/backend.ts";
export { CONNECTOR_DATA, dataKeysOf, HostNameError, parseHostName } from "./names.ts";
export type { ConnectorKind, DataKey, Hop, HostName } from "./names.ts";
export { makeTemporaryDirectory } from "./temporary_directory.ts";
export type { PasswordSource } from "../shell/privilege.ts";
