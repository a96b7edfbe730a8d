/** Facts about the operating system, its users and its state. */

import { fact } from "../host/mod.ts";

/** The kernel's name, as `uname` says it: `Linux`. */
export const Kernel = fact<string>({ name: "server.Kernel", command: () => "uname -s" });
