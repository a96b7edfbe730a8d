/** What is wanted of a user of the system. */

import type { Secret } from "../../command/mod.ts";

/** Arguments of `server.user`. */
export interface UserArgs {
  /** Name of the user. */
  user: string;
  /** Whether the user should exist: `true` by default. Removing a user leaves the home directory. */
  present?: boolean;
  /** The home directory; by default what the user has already, else `/home/USER`. */
  home?: string;
  /** The login shell. */
  shell?: string;
  /** The primary group. It must exist; by default a group of the user's own name. */
  group?: string;
  /** The other groups. Unless `append` is given, the user is taken out of all that are not named. */
  groups?: readonly string[];
  /** Adds the user to `groups` and leaves the other memberships alone: `false` by default. */
  append?: boolean;
  /** Public keys that let the user in by SSH, or names of local files that hold them. */
  publicKeys?: string | readonly string[];
  /** Removes keys that are not in `publicKeys`: `false` by default. */
  deleteKeys?: boolean;
  /** Makes sure that the home directory exists and belongs to the user: `true` by default. */
  ensureHome?: boolean;
  /** Lets a new user's home be made from the system's skeleton: `false` by default. */
  createHome?: boolean;
  /** Creates the user with a number from the range of the system; ignored on BSD, which has none. */
  system?: boolean;
  /** The number of the user. */
  uid?: number;
  /** The GECOS field: usually the full name. */
  comment?: string;
  /** Refuses a number that another user has: `true` by default. */
  unique?: boolean;
  /** Hash of the password (`openssl passwd -6`), never the password itself. It is not shown anywhere. */
  password?: string | Secret;
}

/** The arguments with what the host decides: where the home is, and whom it belongs to. */
export interface WantedUser extends UserArgs {
  home: string;
  /** The group that the home and the keys belong to. */
  owningGroup: string;
}
