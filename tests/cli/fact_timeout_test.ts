import assert from "node:assert/strict";
import { project } from "../support/cli.ts";

const HANG = ["server.Command", "command=sleep 9876"];

Deno.test("fact ends with the limit of a flag, of config.ts and of _timeout", async () => {
  await using here = await project();
  const limited = async (seconds: string, ...words: string[]) => {
    const { status, stderr } = await here.drover("@local", "fact", ...HANG, ...words);
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(`server\\.Command.*did not end within ${seconds} seconds? and was killed`),
    );
    assert.match(stderr, /host: @local/);
  };
  await limited("0.3", "--fact-timeout", "0.3");
  await limited("0.4", "_timeout=0.4");
  await here.write("config.ts", "export const factTimeout = 0.5;");
  await limited("0.5");
  await limited("0.3", "--fact-timeout", "0.3");
});

Deno.test("the limit of facts is in the help, and has to be a number", async () => {
  await using here = await project();
  assert.match((await here.drover("--help")).stdout, /--fact-timeout <seconds>.*120/);
  assert.equal((await here.drover("@local", "fact", ...HANG, "--fact-timeout", "soon")).status, 64);
});
