/** `deno compile` itself: it succeeds, and embeds what the program needs and nothing else. */

import { ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { buildNative, embeddedSize, MOST_EMBEDDED } from "../../scripts/compile/native.ts";
import { DECLARATIONS, filesOf, MAIN, stage } from "../../scripts/compile/stage.ts";
import { hereTarget } from "../../scripts/compile/targets.ts";

Deno.test("what deno compile embeds", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "drover-compile-" });
  try {
    const staged = await stage(join(folder, "stage"));
    // Any executable will do: what is embedded does not depend on the runtime.
    Deno.env.set("DENORT_BIN", await Deno.realPath("/bin/sh"));
    const output = join(folder, "drover");
    const end = await buildNative(staged, hereTarget(), output);
    ok(end.outcome === "built");
    const files = await filesOf(staged.folder);

    await t.step("its size is within the budget", () => {
      ok(embeddedSize(end.listing) <= MOST_EMBEDDED, end.listing);
    });
    await t.step("the worker and everything that users import is there", () => {
      for (const name of ["lib", "node_modules", "docs"]) ok(end.listing.includes(`${name}/*`), end.listing);
      for (const name of [MAIN, ...staged.modules]) ok(files.includes(name), name);
    });
    await t.step("the declarations for editors are there", async () => {
      const text = await Deno.readTextFile(join(staged.folder, DECLARATIONS));
      ok("drover.d.ts" in JSON.parse(text));
      const bytes = await Deno.readFile(output);
      ok(Buffer.from(bytes.buffer).includes(text));
    });
    await t.step("no package of tests, no declarations, no source maps", () => {
      const packages = new Set(staged.packages.map(({ name }) => name));
      for (const name of ["fast-check", "pure-rand", "typescript"]) ok(!packages.has(name), name);
      const ballast = files.filter((file) =>
        /\.d\.[cm]?ts$|\.map$|_test\.ts$|node_modules\/.*\/tests?\//.test(file)
      );
      strictEqual(ballast.join("\n"), "");
    });
    await t.step("the executable holds the permissions, and no more", async () => {
      const text = new TextDecoder("latin1").decode(await Deno.readFile(output));
      const { permissions } = JSON.parse(/\{"argv":\[\].*?"app_version":"[^"]*"\}/.exec(text)![0]);
      ok(permissions.allow_run.includes("ssh") && permissions.allow_run.length > 3);
      strictEqual(permissions.allow_ffi, null);
      strictEqual(permissions.prompt, false);
    });
  } finally {
    Deno.env.delete("DENORT_BIN");
    await Deno.remove(folder, { recursive: true });
  }
});
