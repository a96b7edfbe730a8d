/** All operations, by module. */

export * as apt from "./apt/mod.ts";
export * as files from "./files/mod.ts";
export * as func from "./func.ts";
export * as git from "./git/mod.ts";
export * as gpg from "./gpg/mod.ts";
export * as pip from "./pip.ts";
export * as server from "./server/mod.ts";
export * as systemd from "./systemd.ts";
