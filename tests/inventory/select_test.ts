/** Which hosts are worked on. */

import assert from "node:assert/strict";
import { names, Project } from "./project.ts";

const INVENTORY = `
export const web_servers = ["web-01", "web-02", "web-10"];
export const db_servers = ["db-01", "db-02"];
export const empty = [];
export const hidden = ["hidden-01"];
export const targets = [...web_servers, ...db_servers, "@docker/debian:12"];
`;

Deno.test("--limit and --exclude", async (t) => {
  await using project = await Project.with({ "inventory.ts": INVENTORY });
  const docker = "@docker/debian:12";
  const table: [limit: string[], exclude: string[], selected: string[]][] = [
    [[], [], ["web-01", "web-02", "web-10", "db-01", "db-02", docker]],
    [["db_servers"], [], ["db-01", "db-02"]],
    [["web-01"], [], ["web-01"]],
    [["web-0?"], [], ["web-01", "web-02"]],
    [["*-01"], [], ["web-01", "db-01"]],
    [["web-[01]*"], [], ["web-01", "web-02", "web-10"]],
    [["[!w]*-0[1-1]"], [], ["db-01"]],
    [["db-02", "web-0*"], [], ["web-01", "web-02", "db-02"]],
    [["all"], [], ["web-01", "web-02", "web-10", "db-01", "db-02", docker]],
    [["inventory"], ["web_servers", "db-01"], ["db-02", docker]],
    [[], ["@docker"], ["web-01", "web-02", "web-10", "db-01", "db-02"]],
    [["@docker/*"], [], [docker]],
    [["@docker/debian:12"], [], [docker]],
    [["web_servers"], ["*"], []],
  ];
  for (const [limit, exclude, selected] of table) {
    await t.step(`limit ${limit} exclude ${exclude}`, async () => {
      const loaded = await project.load("inventory.ts", { limit, exclude });
      assert.deepEqual(names(loaded.selected), selected);
      assert.deepEqual(loaded.warnings, []);
      assert.equal(loaded.inventory.length, 7);
    });
  }
});

Deno.test("patterns that match nothing: warnings that say what was probably meant", async (t) => {
  await using project = await Project.with({ "inventory.ts": INVENTORY });
  const table: [pattern: string, text: string, hint: string | undefined][] = [
    ["web_server", "matches no group and no host", `did you mean "web_servers"?`],
    ["web-03", "matches no group and no host", `did you mean "web-01"?`],
    ["nothing-like-it*", "matches no group and no host", undefined],
    ["web-01,web-02", "matches no group and no host", "write --limit web-01 --limit web-02"],
    ["hidden", "matches no host to work on", "hidden-01 of the inventory not being in targets"],
    ["hidden-*", "matches no host to work on", "hidden-01 of the inventory not being in targets"],
    ["empty", "matches no host", "the group is empty"],
    ["[z-a]", "matches no group and no host", undefined],
    ["(", "matches no group and no host", undefined],
  ];
  for (const [pattern, text, hint] of table) {
    await t.step(pattern, async () => {
      const { selected, warnings } = await project.load("inventory.ts", { limit: [pattern] });
      assert.deepEqual(selected, []);
      const expected = { text: `--limit "${pattern}" ${text}` };
      assert.deepEqual(warnings, [hint === undefined ? expected : { ...expected, hint }]);
    });
  }
  await t.step("--exclude", async () => {
    const { selected, warnings } = await project.load("inventory.ts", { exclude: ["web_servrs"] });
    assert.equal(selected.length, 6);
    assert.deepEqual(warnings, [{
      text: `--exclude "web_servrs" matches no group and no host`,
      hint: `did you mean "web_servers"?`,
    }]);
  });
});
