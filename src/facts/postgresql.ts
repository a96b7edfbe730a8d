/** The facts about PostgreSQL by the names that they have had before. */

import { factAlias } from "../host/mod.ts";
import { PostgresDatabases, PostgresRoles } from "./postgres.ts";

export { PostgresDatabases as PostgresqlDatabases, PostgresRoles as PostgresqlRoles };

factAlias("postgresql.PostgresqlDatabases", PostgresDatabases);
factAlias("postgresql.PostgresqlRoles", PostgresRoles);
