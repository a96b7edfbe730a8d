/** Parts to be run by themselves: `drover @local ./tasks/greet.ts:greet you`, `fact ./tasks/greet.ts:Greeting`. */

import { deploy, fact, host, operation, pathWord, sh, upload } from "drover";
import { files } from "drover/operations";

const PATH = "/tmp/drover-quickstart/greeting.txt";

/** The greeting's first line. */
export const Greeting = fact<string | undefined, { path?: string }>({
  name: "quickstart.Greeting",
  command: ({ path = PATH }) => sh`cat ${pathWord(path)} 2>/dev/null || true`,
  process: ([line]) => line,
  parameters: { path: "string?" },
});

/** Writes a greeting, unless it is there. */
export const greet = operation<{ who: string; path?: string }>(
  "quickstart.greet",
  async function* ({ who, path = PATH }) {
    const text = `Hello, ${who}!`;
    if (await host.getFact(Greeting, { path }) === text) return host.noop("the greeting is there");
    yield upload({ content: `${text}\n` }, path);
  },
  { parameters: { who: "string", path: "string?" } },
);

/** The directory and a greeting in it. */
export const install = deploy("Install", async ({ who = "everybody", dir = "/tmp/drover-quickstart" }: {
  who?: string;
  dir?: string;
}) => {
  await files.directory({ path: dir });
  await greet({ who, path: `${dir}/greeting.txt`, _precondition: sh`test -w ${dir}` });
});
