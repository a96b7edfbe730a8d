/** Facts about processors, memory, disks and networks. */

export * from "./devices.ts";
export * from "./network.ts";
