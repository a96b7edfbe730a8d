/** Lets shells read commands without running them. */

import assert from "node:assert/strict";
import { requirement } from "./skip.ts";

const SHELLS = [
  { name: "dash", words: ["sh", "-n"], needs: [] },
  { name: "bash", words: ["bash", "-n"], needs: ["bash"] },
  { name: "BusyBox", words: ["busybox", "sh", "-n"], needs: ["busybox"] },
] as const;

/** Defines one test for each shell: all commands can be read. */
export function testSyntax(what: string, commands: readonly string[]): void {
  for (const { name, words, needs } of SHELLS) {
    Deno.test({
      name: `${name} can read the commands of ${what}`,
      ignore: requirement(...needs),
      fn: async () => assert.equal(await complaints(words, commands), ""),
    });
  }
}

/** One process reads all files, one after the other; it says which it cannot read. */
async function complaints(words: readonly string[], commands: readonly string[]): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "drover-syntax-" });
  try {
    await Promise.all(commands.map((command, index) => Deno.writeTextFile(`${directory}/${index}`, command)));
    const script = `for file in *; do ${words.join(" ")} "$file" || { echo "$file:"; cat "$file"; }; done`;
    const { stdout, stderr } = await new Deno.Command("sh", { args: ["-c", script], cwd: directory })
      .output();
    return new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
