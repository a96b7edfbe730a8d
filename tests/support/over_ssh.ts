/** Tests over a real sshd, with one of the two clients. */

import { requirement } from "./skip.ts";
import { type Sshd, type SshdOptions, startSshd } from "./sshd.ts";

/** What can carry SSH. */
export type Backend = "openssh" | "ssh2";

/** A test with a server of its own, whose data name the client. */
export function overSsh(
  backend: Backend,
  name: string,
  fn: (sshd: Sshd) => Promise<void>,
  given: SshdOptions = {},
  ignore = requirement("sshd"),
): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using sshd = await startSshd(given);
      await fn({ ...sshd, data: (user) => ({ ...sshd.data(user), ssh_backend: backend }) });
    },
  });
}
