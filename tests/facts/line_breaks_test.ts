/** Names that hold characters which some take for the end of a line, in facts that read lines. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/files/mod.ts";
import { onEachUserland } from "../support/userlands.ts";

const NAMES = ["a\rb", "c\u0085d", "e\u2028f", "g\r", "\u2029h", "\v", "\f"];

onEachUserland("facts read names with other line breaks", async ({ dir, host }) => {
  await Deno.mkdir(`${dir}/in`);
  for (const name of NAMES) {
    const path = `${dir}/in/${name}`;
    await Deno.writeTextFile(path, name);
    await Deno.symlink(name, `${path} link`);
    const file = await host.fact(facts.File, { path });
    assert.ok(file && file.size === new TextEncoder().encode(name).length, JSON.stringify(name));
    const link = await host.fact(facts.Link, { path: `${path} link` });
    assert.equal(link && link.linkTarget, name, JSON.stringify(name));
    assert.equal((await host.fact(facts.Sha1File, { path }))?.length, 40, JSON.stringify(name));
    assert.equal((await host.fact(facts.Md5File, { path }))?.length, 32, JSON.stringify(name));
  }
  const found = await host.fact(facts.FindFiles, { path: `${dir}/in` });
  assert.deepEqual(found.toSorted(), NAMES.map((name) => `${dir}/in/${name}`).toSorted());
  const links = await host.fact(facts.FindLinks, { path: `${dir}/in` });
  assert.deepEqual(links.toSorted(), NAMES.map((name) => `${dir}/in/${name} link`).toSorted());
  const entries = await host.fact(facts.Entries, { directory: `${dir}/in`, names: NAMES });
  assert.deepEqual(Object.keys(entries).toSorted(), NAMES.toSorted());
  assert.ok(Object.values(entries).every(({ digest }) => digest !== undefined));
});
