/** Where passwords come from, and what cannot be one. */

import assert from "node:assert/strict";
import { Passwords } from "../../src/cli/passwords.ts";

const NOWHERE = { sudoFile: undefined, sshFile: undefined, ask: undefined, warn: () => {} };

async function withFile(content: string, test: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, content);
    await test(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a password file holds one line, however it ends", async () => {
  for (const content of ["open sesame", "open sesame\n", "open sesame\r\n"]) {
    await withFile(content, async (path) => {
      assert.equal(await new Passwords({ ...NOWHERE, sudoFile: path }).sudo("a", ""), "open sesame");
      assert.equal(await new Passwords({ ...NOWHERE, sshFile: path }).ssh("a", ""), "open sesame");
    });
  }
});

Deno.test("a password file with several lines, or a NUL, is refused without showing it", async () => {
  const table = [["open\nsesame\n", "holds a line break"], ["open\0sesame", "holds a NUL byte"]] as const;
  for (const [content, problem] of table) {
    await withFile(content, async (path) => {
      const wanted = { code: "E_USAGE", message: `The password file "${path}" ${problem}` };
      await assert.rejects(new Passwords({ ...NOWHERE, sudoFile: path }).sudo("a", ""), wanted);
      await assert.rejects(new Passwords({ ...NOWHERE, sshFile: path }).ssh("a", ""), wanted);
    });
  }
});

Deno.test("a password variable with several lines is refused by its name", async () => {
  for (
    const [variable, kind] of [["DROVER_SUDO_PASSWORD", "sudo"], ["DROVER_SSH_PASSWORD", "ssh"]] as const
  ) {
    Deno.env.set(variable, "open\nsesame");
    try {
      await assert.rejects(new Passwords(NOWHERE)[kind]("a", ""), {
        code: "E_USAGE",
        message: `The variable ${variable} holds a line break`,
      });
    } finally {
      Deno.env.delete(variable);
    }
  }
});
