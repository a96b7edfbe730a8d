/** Operations on OpenPGP keys and keyrings. */

export { dearmor, type DearmorArgs } from "./dearmor.ts";
export { key, type KeyArgs } from "./key.ts";
