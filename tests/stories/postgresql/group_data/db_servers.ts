/** Roles, databases and backups. */

import { secret } from "drover";
import type { RoleArgs } from "../postgres.ts";

/** A database; `present: false` drops it with all that is in it. */
export interface Database {
  name: string;
  owner: string;
  /** Roles that may read everything. */
  readers?: string[];
  present?: boolean;
}

export const _sudo = true;

export const postgres_version = 15;

export const settings = {
  // Debian gives a new cluster the first port that is free.
  port: 5432,
  max_connections: 60,
  shared_buffers: "64MB",
  log_min_duration_statement: "250ms",
  log_line_prefix: "%m [%p] %q%u@%d ",
};

export const roles: RoleArgs[] = [
  {
    role: "shop",
    verifier: secret(
      "SCRAM-SHA-256$4096:c3Rvcmllcy1zaG9wLTAwMQ==$lwfHdzBjt9mOGOAH45J+i3xGFT7N3F0o5FJUge2AkNs=:uhFKe3GZFmHutO9AeGETmcTo9cFD+3oHvFQcg5UauP8=",
    ),
    connectionLimit: 20,
  },
  {
    role: "report-reader",
    verifier: secret(
      "SCRAM-SHA-256$4096:c3Rvcmllcy1yZXBvcnQtMQ==$8/BRH+l36SPx9AqAR9D1AEc3o4zIORwqmDBcAyw3EwI=:WVT9JH9bMyo+2dDoZzAiisrYXabAjaaRGAhdSUPy1pI=",
    ),
  },
];

export const databases: Database[] = [
  { name: "shop", owner: "shop", readers: ["report-reader"] },
  { name: "wiki", owner: "shop" },
];

export const backup_directory = "/var/backups/postgresql";
export const backup_time = "02:30";
export const backup_days = 14;
