/** Prompts: keys without a terminal, and whole questions on a real pseudo-terminal. */

import assert from "node:assert/strict";
import { createPrompter } from "../../src/terminal/mod.ts";
import { echoOf, EMPTY_LINE, typeKeys } from "../../src/terminal/prompt_line.ts";
import { captured } from "../report/sample_run.ts";
import { onTerminal } from "../support/pseudo_terminal.ts";
import { requirement } from "../support/skip.ts";

Deno.test("typeKeys() edits a line as people expect", () => {
  assert.deepEqual(typeKeys(EMPTY_LINE, "yes\r"), { text: "yes", state: "done" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "ab\x7fc\n"), { text: "ac", state: "done" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "one two\x17x"), { text: "one x", state: "typing" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "abc\x15d"), { text: "d", state: "typing" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "abc\x03"), { text: "", state: "cancelled" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "\x04"), { text: "", state: "cancelled" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "a\x1b[A\x1b[3~b"), { text: "ab", state: "typing" });
  assert.deepEqual(typeKeys(EMPTY_LINE, "pass\rnext"), { text: "pass", state: "done" });
});

Deno.test("echoOf() shows what has changed", () => {
  assert.equal(echoOf("", "y"), "y");
  assert.equal(echoOf("yes", "ye"), "\b \b");
  assert.equal(echoOf("no", ""), "\b \b\b \b");
});

Deno.test("a prompter says why nobody can be asked, and what to do", async () => {
  const { terminal } = captured(true);
  const refusal = async (options: object, expected: string) => {
    const prompter = createPrompter({ terminal, env: () => undefined, ...options });
    await assert.rejects(
      () => prompter.askSecret("sudo password:", { purpose: "for the sudo password", hint: "use a file" }),
      { code: "E_NO_TERMINAL", message: `Cannot ask for the sudo password: ${expected}`, hint: "use a file" },
    );
  };
  await refusal({ noInput: true }, "--no-input is set");
  await refusal(
    { env: (name: string) => name === "CI" ? "true" : undefined },
    "this is a CI job (CI is set)",
  );
  await refusal({ terminal: captured(false).terminal }, "standard error is not a terminal");
});

const PROGRAM = new URL("./prompt_program.ts", import.meta.url).pathname;

/** Runs the program on a terminal, types keys once it asks, and returns what it showed. */
function asking(what: string, keys: string, redirect = ""): Promise<string> {
  const command = `env -u CI NO_COLOR=1 ${Deno.execPath()} run -A -q ${PROGRAM} ${what} ${redirect}`;
  return onTerminal(command, { prompt: "? ", keys });
}

const ignore = requirement("python3");

Deno.test("confirm() reads an answer on a real terminal", { ignore }, async () => {
  assert.match(await asking("confirm", "y\r"), /Go on\? \[y\/N\] y\nanswer: true\n/);
  assert.match(await asking("confirm", "\r"), /Go on\? \[y\/N\] \nanswer: false\n/);
});

Deno.test("askSecret() shows nothing and gives the terminal back", { ignore }, async () => {
  const shown = await asking("secret", "hunter2\r");
  assert.match(shown, /Password\? \nlength: 7\nstatus: 0\nrestored\n$/);
  assert.doesNotMatch(shown, /hunter2/);
});

Deno.test("askSecret() asks the terminal where standard input is piped", { ignore }, async () => {
  assert.match(await asking("secret", "hunter2\r", "</dev/null"), /Password\? \nlength: 7\n/);
});

Deno.test("Ctrl-C at a prompt cancels and gives the terminal back", { ignore }, async () => {
  assert.match(await asking("secret", "hun\x03"), /Password\? \nE_CANCELLED\nstatus: 0\nrestored\n$/);
});
