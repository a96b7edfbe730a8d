/** For `--group-data less`: without whoami. */

import * as usual from "../group_data/container_hosts.ts";

export const stacks = { ...usual.stacks, whoami: { ...usual.stacks.whoami, present: false } };
