/** Facts about the operating system, its users and its state. */

export * from "./desktop.ts";
export * from "./distribution.ts";
export * from "./environment.ts";
export * from "./init_systems.ts";
export * from "./kernel.ts";
export * from "./logins.ts";
export * from "./mounts.ts";
export * from "./network.ts";
export * from "./processes.ts";
export * from "./security.ts";
export * from "./system.ts";
export * from "./time.ts";
export * from "./users.ts";
