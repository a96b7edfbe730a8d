/** Whether a file with a password is for its owner only. */

import { quote } from "../command/mod.ts";

/** What is wrong with a password file, as a warning says it. */
export interface PasswordFileWarning {
  readonly text: string;
  readonly hint: string;
}

/**
 * A warning for a password file that others than its owner may read or write, as ssh gives one for keys; nothing
 * for a private one, for pipes and terminals, and for what cannot be looked at.
 *
 * @param path The file as it was named.
 */
export async function passwordFileWarning(path: string): Promise<PasswordFileWarning | undefined> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (info?.isFile !== true || info.mode === null || (info.mode & 0o077) === 0) return undefined;
  const mode = (info.mode & 0o7777).toString(8).padStart(4, "0");
  return {
    text: `The password file "${path}" is open to others than its owner (its mode is ${mode})`,
    hint: `chmod 600 ${quote(path)}, and change the password if they may have read it`,
  };
}
