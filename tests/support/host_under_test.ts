/** This machine as a host, worked on by the sources in this process, or by the executable that is named. */

import type { AnyFact, AnyOperation } from "../../src/host/mod.ts";
import type { ConnectorArguments, Fact } from "../../src/host/mod.ts";
import { project } from "./cli.ts";
import { type Applied, LocalHost } from "./local_host.ts";

/** What tests of operations do to a machine. */
export interface HostUnderTest extends AsyncDisposable {
  /** Reads a fact anew. */
  fact<T, A extends object>(fact: Fact<T, A>, args?: A): Promise<T>;
  /** Runs an operation to its end; throws when it fails. */
  apply(operation: AnyOperation, args: Record<string, unknown>): Promise<Pick<Applied, "commands">>;
}

/** Whether an executable is tested, which `DROVER_UNDER_TEST` names. */
export const TESTS_EXECUTABLE = Deno.env.get("DROVER_UNDER_TEST") !== undefined;

/** Connects to this machine. */
export async function hostUnderTest(connector: ConnectorArguments = {}): Promise<HostUnderTest> {
  return TESTS_EXECUTABLE ? executableHost(connector) : await LocalHost.connect(connector);
}

/** One run of the executable for each fact and operation. */
function executableHost(connector: ConnectorArguments): HostUnderTest {
  const run = async (code: string, ...words: string[]): Promise<string> => {
    await using here = await project({ "deno.json": "{}", "deploy.js": code });
    const { status, stdout, stderr } = await here.drover(
      "@local",
      "deploy.js",
      "-y",
      "--allow-read",
      ...words,
    );
    if (status !== 0) throw new Error(`status ${status}: ${stderr}${stdout}`);
    return stdout;
  };
  return {
    async fact<T, A extends object>(fact: Fact<T, A>, args: A = {} as A): Promise<T> {
      const wanted = JSON.stringify([(fact as unknown as AnyFact).name, { ...args, ...connector }]);
      const stdout = await run(
        `import { host } from "drover";
host.log("ANSWER" + JSON.stringify(await host.getFact(...${wanted}) ?? null));`,
        "--json",
      );
      const events = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line) as { text?: string });
      const answer = events.find(({ text }) => text?.startsWith("ANSWER"))?.text;
      return JSON.parse(answer!.slice("ANSWER".length)) as T;
    },
    async apply(operation, args) {
      const [kind, name] = operation.operationName.split(".") as [string, string];
      const stdout = await run(
        `import * as operations from "drover/operations";
await operations.${kind}.${name}(${JSON.stringify({ ...args, ...connector })});`,
        "--json",
      );
      const events = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line) as { type: string });
      return {
        commands: events.filter(({ type }) => type === "command.started").map(() => operation.operationName),
      };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
