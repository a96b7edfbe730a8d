/** The operations on PostgreSQL by the name that their module has had before. */

import { operationAlias } from "../host/mod.ts";
import { database, dump, load, role, sql } from "./postgres/mod.ts";

export { database, dump, load, role, sql };

for (const [name, one] of Object.entries({ database, dump, load, role, sql })) {
  operationAlias(`postgresql.${name}`, one);
}
