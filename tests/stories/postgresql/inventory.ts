/** The database server of a small shop. */

import type { Hosts } from "drover";
import { inLab } from "../lab.ts";

export const db_servers: Hosts = [inLab("db.example.com", "db-02")];
