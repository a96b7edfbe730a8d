/** Global arguments on their way to a host. */

import assert from "node:assert/strict";
import { secret } from "../../src/command/mod.ts";
import { createConfig, toRunOptions } from "../../src/host/mod.ts";

Deno.test("a password argument of several lines is refused by its name, and not shown", () => {
  const refused = { code: "E_ARGUMENT", message: "_sudoPassword holds a line break" };
  assert.throws(() => toRunOptions({ _sudo: true, _sudoPassword: "hunter22\nid" }), refused);
  assert.throws(() => toRunOptions({ _sudo: true, _sudoPassword: secret("hunter22\r\n") }), refused);
  assert.throws(() => toRunOptions({ _suUser: "root", _suPassword: "hunter22\0" }), {
    code: "E_ARGUMENT",
    message: "_suPassword holds a NUL byte",
  });
  const { privilege } = toRunOptions({ _sudo: true, _sudoPassword: "hunter22" });
  assert.deepEqual(privilege, { sudo: { password: "hunter22" } });
});

Deno.test("a password option of several lines is refused by its name, and not shown", () => {
  const config = createConfig();
  assert.throws(() => config.sudoPassword = "hunter22\nid", {
    code: "E_CONFIG",
    message: "config.sudoPassword holds a line break",
  });
  assert.throws(() => config.suPassword = secret("hunter22\nid"), { code: "E_CONFIG" });
});
