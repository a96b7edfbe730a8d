/** The version of this program. */

export { VERSION } from "../host/version.ts";
