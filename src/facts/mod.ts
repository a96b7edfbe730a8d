/** All facts, by module. */

export * as apt from "./apt.ts";
export * as deb from "./deb.ts";
export * as files from "./files/mod.ts";
export * as git from "./git.ts";
export * as gpg from "./gpg.ts";
export * as pip from "./pip.ts";
export * as server from "./server/mod.ts";
export * as systemd from "./systemd.ts";

type Modules = typeof import("./mod.ts");

declare module "../host/fact.ts" {
  interface FactModules extends Modules {}
}
