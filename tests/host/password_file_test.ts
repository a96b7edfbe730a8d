/** Password files that others may read. */

import assert from "node:assert/strict";
import { passwordFileWarning } from "../../src/host/mod.ts";

Deno.test("a password file that others may read is warned of, a private one is not", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const file = `${directory}/the password`;
    await Deno.writeTextFile(file, "hunter22");
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o666]) {
      await Deno.chmod(file, mode);
      const warning = await passwordFileWarning(file);
      assert.match(warning?.text ?? "", new RegExp(`the password" is open to others .*0${mode.toString(8)}`));
      assert.match(warning?.hint ?? "", /^chmod 600 '.*the password',/);
    }
    for (const mode of [0o600, 0o400]) {
      await Deno.chmod(file, mode);
      assert.equal(await passwordFileWarning(file), undefined);
    }
    assert.equal(await passwordFileWarning(`${directory}/missing`), undefined);
    assert.equal(await passwordFileWarning("/dev/null"), undefined);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
