/** Operations on FreeBSD: packages, updates of the base system, services and `rc.conf`, in jails too. */

export { freebsdUpdate } from "./freebsd_update.ts";
export { pkgAutoremove, pkgClean, pkgInstall, pkgRemove, pkgUpdate, pkgUpgrade } from "./pkg.ts";
export { service } from "./service.ts";
export { sysrc } from "./sysrc.ts";
