/** The crontabs of users. */

export { crontab } from "./crontab.ts";
