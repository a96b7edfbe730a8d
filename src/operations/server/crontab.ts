/** The operation on crontabs, under the name that it had before its module. */

import { operation } from "../../host/mod.ts";
import { CRONTAB_OPTIONS, type CrontabArgs, editCrontab } from "../crontab/crontab.ts";

/**
 * The same as `crontab.crontab`: a command in a user's crontab.
 *
 * @example
 * ```ts
 * await server.crontab({ command: "/usr/local/bin/backup", specialTime: "@daily", _sudo: true });
 * ```
 */
export const crontab = operation<CrontabArgs>("server.crontab", editCrontab, CRONTAB_OPTIONS);
