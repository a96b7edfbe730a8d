/** Asks one question on the terminal that it is started on; for prompt_test.ts. */

import { DroverError } from "../../src/errors/mod.ts";
import { createPrompter, openTerminal } from "../../src/terminal/mod.ts";

const terminal = openTerminal(Deno.stderr);
const prompter = createPrompter({ terminal });
try {
  if (Deno.args[0] === "confirm") terminal.write(`answer: ${await prompter.confirm("Go on?")}\n`);
  else terminal.write(`length: ${(await prompter.askSecret("Password?")).length}\n`);
} catch (error) {
  terminal.write(`${error instanceof DroverError ? error.code : error}\n`);
}
