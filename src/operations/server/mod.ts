/** Operations on the operating system: its users, services, packages, settings and state. */

export { userAuthorizedKeys } from "./authorized_keys.ts";
export { crontab } from "./crontab.ts";
export { etcHosts } from "./etc_hosts.ts";
export { group } from "./group.ts";
export { hostname } from "./hostname.ts";
export { kill } from "./kill.ts";
export { locale } from "./locale.ts";
export { modprobe } from "./modprobe.ts";
export { mount } from "./mount.ts";
export { packages } from "./packages.ts";
export { reboot } from "./reboot.ts";
export { script, scriptTemplate } from "./script.ts";
export { securityLimit } from "./security_limit.ts";
export { service } from "./service.ts";
export { shell } from "./shell.ts";
export { sysctl } from "./sysctl.ts";
export { timezone } from "./timezone.ts";
export { user } from "./user.ts";
export { wait } from "./wait.ts";
