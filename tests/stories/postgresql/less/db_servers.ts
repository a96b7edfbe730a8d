/** For `--group-data less`: without the wiki and the reports. */

import * as usual from "../group_data/db_servers.ts";

const [shop, reader] = usual.roles;

export const roles = [shop, { ...reader, present: false }];

export const databases = [
  { name: "shop", owner: "shop" },
  { name: "wiki", owner: "shop", present: false },
];
