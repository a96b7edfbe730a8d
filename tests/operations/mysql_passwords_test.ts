/** Passwords that are compared with what MySQL keeps of them. */

import assert from "node:assert/strict";
import { isPassword, sha256Crypt } from "../../src/operations/mysql/passwords.ts";

/** Whether it would be the password of a user with this plugin. */
function matches(plugin: string | undefined, kept: string, password: string): boolean | undefined {
  return isPassword(password, { privileges: [], plugin, authenticationString: kept });
}

Deno.test("mysql_native_password", () => {
  const kept = "*58815970BE77B3720276F63DB198B1FA42E5CC02";
  assert.equal(matches("mysql_native_password", kept, "hunter2"), true);
  assert.equal(matches(undefined, kept.toLowerCase(), "hunter2"), true);
  assert.equal(matches("mysql_native_password", kept, "hunter3"), false);
  assert.equal(matches("mysql_native_password", "", ""), true);
  assert.equal(matches("mysql_native_password", kept, ""), false);
});

Deno.test("SHA-crypt is what the C library has, for passwords of any length", () => {
  // What `openssl passwd -5` and crypt(3) print.
  const rows = [
    ["Hello world!", "saltstring", 5000, "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"],
    [
      "a very much longer text to encrypt.  This one even stretches over morethan one line.",
      "anotherlongsalts",
      1400,
      "Rx.j8H.h8HjEDGomFU8bDkXm3XIUnzyxf12oP84Bnq1",
    ],
    ["ü", "saltstringsaltst", 5000, "Bhq2KQ6gOq7VUDEBp7d9KdbzV6m8v7FzUaDd9UX/0v4"],
  ] as const;
  for (const [password, salt, rounds, digest] of rows) {
    assert.equal(sha256Crypt(password, salt, rounds), digest, password);
  }
});

Deno.test("caching_sha2_password", () => {
  const salt = "\u0001aB\u007f$5678901234567890".slice(0, 20);
  const kept = `$A$005$${salt}${sha256Crypt("hunter2", salt, 5000)}`;
  assert.equal(matches("caching_sha2_password", kept, "hunter2"), true);
  assert.equal(matches("caching_sha2_password", kept, "hunter3"), false);
  assert.equal(matches("caching_sha2_password", kept.replace("$005$", "$999$"), "hunter2"), false);
  assert.equal(matches("caching_sha2_password", "", ""), true);
});

Deno.test("a socket knows no password, and what cannot be computed is not known", () => {
  assert.equal(matches("unix_socket", "", "hunter2"), false);
  assert.equal(matches("auth_socket", "", "hunter2"), false);
  assert.equal(matches("ed25519", "Vv5HBFGVcXhGvXSGdKVG9dGWvFtU1UEMz9eOGLCNuoo", "hunter2"), undefined);
});
