/** Roles, and databases with their owners and those who may read them. What is to go goes in the other order. */

import { host } from "drover";
import { server } from "drover/operations";
import type { Database } from "../group_data/db_servers.ts";
import { Databases, identifier, psql, role, type RoleArgs } from "../postgres.ts";

const roles: readonly RoleArgs[] = host.data.roles;
const databases: readonly Database[] = host.data.databases;
const isGone = ({ present }: { present?: boolean }) => present === false;

for (const wanted of roles.filter((one) => !isGone(one))) {
  await role({ name: `Set the role ${wanted.role}`, ...wanted, _sudoUser: "postgres" });
}
for (const database of databases) {
  if (isGone(database)) await drop(database);
  else await create(database);
}
for (const dropped of roles.filter(isGone)) {
  await role({ name: `Drop the role ${dropped.role}`, ...dropped, _sudoUser: "postgres" });
}

async function create({ name, owner, readers = [] }: Database): Promise<void> {
  const created = await server.shell({
    name: `Create the database ${name}`,
    commands: [psql(`create database ${identifier(name)} owner ${identifier(owner)} template template0;`)],
    _if: async () => !(name in await databasesNow()),
    _sudoUser: "postgres",
  });
  for (const reader of readers) {
    await server.shell({
      name: `Let ${reader} read ${name}`,
      commands: [psql(`grant pg_read_all_data to ${identifier(reader)};`, name)],
      _if: created,
      _sudoUser: "postgres",
    });
  }
}

async function drop({ name }: Database): Promise<void> {
  await server.shell({
    name: `Drop the database ${name}`,
    commands: [psql(`drop database ${identifier(name)};`)],
    _if: async () => name in await databasesNow(),
    _sudoUser: "postgres",
  });
}

/** The databases at the moment when an operation has its turn. */
async function databasesNow(): Promise<Record<string, string>> {
  return await host.getFact(Databases, { _sudo: true, _sudoUser: "postgres" });
}
