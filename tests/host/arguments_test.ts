import assert from "node:assert/strict";
import { deploy, include } from "../../src/deploy/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import { raw, secret, sh } from "../../src/command/mod.ts";
import {
  checkGlobals,
  type CommandCondition,
  GLOBAL_ARGUMENTS,
  type GlobalArguments,
  host,
  inherit,
  operation,
  OperationResult,
  resultCallback,
  withConditions,
} from "../../src/host/mod.ts";
import { outcomes, runDeploy } from "../support/run.ts";

/** What is said of a global argument; nothing if it is right. */
function said(name: string, value: unknown): string | undefined {
  try {
    checkGlobals("files.file", { [name]: value }, undefined);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof DroverError && error.code === "E_ARGUMENT", String(error));
    return error.message;
  }
}

Deno.test("global arguments of the right kind are taken", () => {
  const right: Record<keyof GlobalArguments, unknown[]> = {
    name: ["x"],
    _sudo: [true, false],
    _sudoUser: ["app"],
    _useSudoLogin: [true],
    _sudoPassword: ["x", secret("hunter22")],
    _useSudoPassword: [true],
    _preserveSudoEnv: [true],
    _suUser: ["app"],
    _useSuLogin: [true],
    _preserveSuEnv: [true],
    _suShell: ["bash"],
    _suPassword: [secret("hunter22")],
    _doas: [true],
    _doasUser: ["app"],
    _dzdo: [true],
    _dzdoUser: ["app"],
    _shellExecutable: ["bash", null],
    _chdir: ["/srv"],
    _env: [{}, { A: "b", C: secret("hunter22") }],
    _successExitCodes: [[0, 1], []],
    _timeout: [5, 0.5],
    _getPty: [true],
    _stdin: ["x", ["a", "b"], new Uint8Array([1]), secret("hunter22")],
    _tempDir: ["/var/tmp"],
    _ignoreErrors: [true],
    _continueOnError: [true],
    _if: [() => true, new OperationResult("x"), Promise.resolve(new OperationResult("x")), [() => true, []]],
    _precondition: ["test -f /x", sh`true`, ["true", [sh`true`]]],
    _postcondition: ["true"],
    _onSuccess: [() => {}],
    _onError: [async () => {}],
    _retries: [0, 3],
    _retryDelay: [0, 0.5],
    _retryUntil: [() => false],
    _parallel: [0, 5],
    _runOnce: [true],
    _serial: [true],
  };
  assert.deepEqual(Object.keys(right).sort(), [...GLOBAL_ARGUMENTS].sort());
  for (const [name, values] of Object.entries(right)) {
    for (const value of values) assert.equal(said(name, value), undefined);
    assert.equal(said(name, undefined), undefined);
  }
});

Deno.test("global arguments of a wrong kind are told, passwords without their value", () => {
  const wrong: [name: string, value: unknown, expected: string][] = [
    ["_sudo", "yes", `_sudo must be true or false: it is "yes"`],
    ["_useSudoPassword", "hunter22", "_useSudoPassword must be true or false: it is a string"],
    ["_sudoPassword", 12345678, "_sudoPassword must be a string or a secret: it is a number"],
    [
      "_env",
      { PORT: 8080 },
      "_env.PORT must be a string or a secret: it is a number",
    ],
    ["_env", ["A=b"], "_env must be an object of strings: it is a list"],
    [
      "_precondition",
      true,
      "_precondition must be a string, a command made by sh or a list of strings: it is true",
    ],
    ["_precondition", " ", "_precondition is empty, it must be a shell command"],
    [
      "_postcondition",
      ["true", 5],
      "_postcondition[1] must be a string, a command made by sh or a list: it is 5",
    ],
    ["_onError", "mail root", `_onError must be a function: it is "mail root"`],
    ["_if", true, "_if must be a function, an object or a list: it is true"],
    ["_retries", 1.5, "_retries must be a whole number, 0 or more, it is 1.5"],
    ["_timeout", -1, "_timeout must be a number of seconds, 0 or more, it is -1"],
    ["_successExitCodes", 0, "_successExitCodes must be a list of numbers: it is 0"],
    ["_sudoo", true, `files.file has no argument "_sudoo"`],
  ];
  for (const [name, value, expected] of wrong) {
    assert.equal(said(name, value)?.replace(/^files\.file: /, ""), expected);
  }
});

Deno.test("an operation has no argument of its own under the name of a global one, which it would never get", () => {
  const refused = (name: string, hint: string) => {
    const define = () =>
      operation<Record<string, string>>("test.taken", async function* () {}, {
        parameters: { [name]: "string?" },
      });
    assert.throws(define, (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, "E_ARGUMENT");
      assert.equal(error.message, `test.taken cannot have an argument of its own called "${name}"`);
      assert.equal(error.hint, hint);
      return true;
    });
  };
  refused("name", '"name" is the label of every operation; call it after what it names, such as "user"');
  refused("_sudo", "names that begin with _ are global arguments");
});

Deno.test("deploy(), include(), host.arguments() and facts check their global arguments at the call", async () => {
  const install = deploy("Install", () => {});
  const calls: [call: () => unknown, expected: RegExp][] = [
    [() => install({ _sudo: "yes" } as never), /deploy "Install": _sudo must be true or false/],
    [() => install({ _onSucces: () => {} } as never), /deploy "Install" has no argument "_onSucces"/],
    [() => include("x.ts", { _onError: 5 } as never), /include\("x\.ts"\): _onError must be a function/],
    [() => host.arguments({ _chdir: 5 } as never, () => {}), /host\.arguments: _chdir must be a string/],
    [() => host.when(true as never, () => {}), /host\.when: _if must be a function/],
    [
      () => host.getFact("server.Kernel", { _timeout: "5" } as never),
      /fact server\.Kernel: _timeout must be/,
    ],
  ];
  await import("../../src/facts/mod.ts");
  for (const [call, expected] of calls) {
    const { problems } = await runDeploy({ deploy: call });
    assert.match(problems[0]!.message, expected);
    assert.equal(problems[0]!.code, "E_ARGUMENT");
  }
});

Deno.test("conditions, their commands and environments add up from the outside in, the rest replaces", () => {
  const outer = {
    _if: () => true,
    _precondition: "a",
    _env: { A: "1", B: "1" },
    _sudo: true,
    _onError: () => {},
  };
  const inner = {
    _if: () => false,
    _precondition: ["b"],
    _postcondition: "c",
    _env: { B: "2" },
    _sudo: false,
  };
  assert.deepEqual(inherit(outer, inner), {
    ...outer,
    _if: [outer._if, inner._if],
    _precondition: ["a", ["b"]],
    _postcondition: "c",
    _env: { A: "1", B: "2" },
    _sudo: false,
  });
});

Deno.test("the callback of an end is that of its outcome, and none where the operation was left out", () => {
  const globals = { _onSuccess: () => {}, _onError: () => {} };
  const found = (["changed", "unchanged", "failed", "skipped"] as const).map((one) =>
    resultCallback(globals, one)
  );
  assert.deepEqual(found, [globals._onSuccess, globals._onSuccess, globals._onError, undefined]);
  assert.equal(resultCallback({}, "failed"), undefined);
});

interface Conditional {
  before?: CommandCondition;
  after?: CommandCondition;
  commands: string[];
  lenient?: boolean;
}

/** An operation whose steps stand between conditions. */
const conditional = operation<Conditional>(
  "test.conditional",
  ({ before, after, commands, lenient = false }) => {
    const conditions = {
      ...(before === undefined ? {} : { _precondition: before }),
      ...(after === undefined ? {} : { _postcondition: after }),
      _ignoreErrors: lenient,
      _continueOnError: lenient,
    };
    return withConditions(async function* () {
      yield* commands;
    }, conditions)();
  },
);

/** How the operation ends, and what its commands and conditions left in a file. */
async function ending(
  args: (log: (word: string) => string) => Conditional,
  globals: GlobalArguments = {},
): Promise<{ outcome: string; log: string; commands: string[]; message: string | undefined }> {
  const file = await Deno.makeTempFile();
  const { events, problems, plan } = await runDeploy({
    deploy: () => conditional({ ...args((word) => `echo ${word} >> ${file}`), ...globals }),
  });
  const log = (await Deno.readTextFile(file)).split("\n").join(" ").trim();
  await Deno.remove(file);
  const finished = events.find((event) => event.type === "operation.finished");
  const message = problems[0]?.message ?? finished?.problem?.message;
  const commands = plan.operations[0]!.hosts[0]!.commands;
  return { outcome: outcomes(events)[0]?.split(": ")[1] ?? "nothing to do", log, commands, message };
}

Deno.test("conditions stand around an operation's commands, and the plan shows them", async () => {
  const found = await ending((log) => ({
    before: [log("before"), raw("true")],
    after: log("after"),
    commands: [log("own")],
  }));
  assert.equal(found.outcome, "changed");
  assert.equal(found.log, "before own after");
  assert.match(found.commands[0]!, /^precondition: echo before/);
  assert.match(found.commands.at(-1)!, /^postcondition: echo after/);
});

Deno.test("a precondition that fails fails the operation and runs none of its commands", async () => {
  const strict = await ending((log) => ({ before: "exit 3", after: log("after"), commands: [log("own")] }));
  assert.equal(strict.outcome, "failed");
  assert.match(strict.message!, /exited 3/);
  assert.equal(strict.log, "");
  const ignored = await ending((log) => ({ before: "false", commands: [log("own")] }), {
    _ignoreErrors: true,
  });
  assert.deepEqual([ignored.outcome, ignored.log], ["ignored", ""]);
});

Deno.test("a precondition that fails is no error to continue on", async () => {
  const globals = { _ignoreErrors: true, _continueOnError: true };
  const args = (log: (word: string) => string) => ({
    before: "false",
    commands: ["false", log("own")],
    lenient: true,
  });
  assert.deepEqual((await ending(args, globals)).log, "");
  const held = await ending((log) => ({ ...args(log), before: "true" }), globals);
  assert.deepEqual([held.outcome, held.log], ["ignored", "own"]);
});

Deno.test("a postcondition that fails fails the operation after its commands", async () => {
  const found = await ending((log) => ({ after: "false", commands: [log("own")] }));
  assert.deepEqual([found.outcome, found.log], ["failed", "own"]);
});

Deno.test("an operation without commands has nothing to check", async () => {
  const found = await ending(() => ({ before: "false", after: "false", commands: [] }));
  assert.deepEqual([found.outcome, found.commands], ["nothing to do", []]);
});

Deno.test("conditions read no input and exit 0, whatever the operation's own commands do", async () => {
  const found = await ending(
    (log) => ({ before: `test -z "$(cat)"`, commands: [`cat >/dev/null; ${log("own")}; exit 5`] }),
    {
      _stdin: "text",
      _successExitCodes: [5],
    },
  );
  assert.deepEqual([found.outcome, found.log], ["changed", "own"]);
  const failed = await ending((log) => ({ before: "exit 5", commands: [log("own")] }), {
    _successExitCodes: [5],
  });
  assert.deepEqual([failed.outcome, failed.log], ["failed", ""]);
});

Deno.test("secrets of conditions are masked", async () => {
  const found = await ending(() => ({
    before: sh`test ${secret("hunter22")} = hunter22`,
    commands: ["true"],
  }));
  assert.equal(found.commands[0], "precondition: test *** = ***");
  assert.equal(found.outcome, "changed");
});
