import assert from "node:assert/strict";
import { Exposed } from "../../src/facts/files/mod.ts";
import { temporaryDirectory } from "../support/temporary.ts";

async function printed(shell: string, script: string): Promise<string> {
  const { stdout } = await new Deno.Command(shell, { args: ["-c", script] }).output();
  return new TextDecoder("latin1").decode(stdout);
}

/** What is left of the columns of `ls` when nobody cares how wide they are. */
const narrow = (texts: readonly string[]) => texts.map((text) => text.replaceAll(/ +/g, " "));

Deno.test("the ways to many paths are looked at together as each by itself", async () => {
  await using directory = await temporaryDirectory();
  await Deno.mkdir(`${directory}/sub`);
  await Deno.writeTextFile(`${directory}/sub/file`, "");
  const paths = [
    `${directory}/sub/file`,
    `${directory}/missing/x`,
    "/",
    "/bin/sh",
    "/dev/null",
    "/etc/passwd",
  ];
  const shared = Exposed.shared!;
  const questions = paths.map((path) => ({ path }));
  for (const shell of ["sh", "bash"]) {
    const singles = await Promise.all(
      paths.map((path) => printed(shell, String(Exposed.command({ path })))),
    );
    const whole = await printed(shell, shared.command(questions, { mark: "mark12", lasting: false }).raw);
    assert.deepEqual(narrow(shared.split(whole, "mark12", paths.length)!), narrow(singles));
    const lasting = await printed(shell, shared.command(questions, { mark: "mark12", lasting: true }).raw);
    assert.equal(
      shared.join(singles.map((one, index) => shared.lasting!(one, questions[index]!)), "mark12"),
      lasting,
    );
  }
  const before = await printed("sh", String(Exposed.command({ path: paths[0]! })));
  await Deno.writeTextFile(`${directory}/sub/neighbour`, "x");
  await Deno.chmod(`${directory}/sub/neighbour`, 0o600);
  const after = await printed("sh", String(Exposed.command({ path: paths[0]! })));
  assert.equal(shared.lasting!(before, questions[0]!), shared.lasting!(after, questions[0]!));
});
