/** The reference is what the sources say. */

import { strictEqual } from "node:assert/strict";
import { capture } from "../../scripts/process.ts";

const SCRIPT = new URL("../../scripts/reference.ts", import.meta.url).pathname;

Deno.test("the pages of the reference are current and leave nothing undescribed", async () => {
  const { code, stderr } = await capture([Deno.execPath(), "run", "--allow-all", SCRIPT, "--check"]);
  strictEqual(code, 0, stderr);
});
