/** How server.reboot waits: for another boot, not for a connection. */

import { fileScope } from "../../src/deploy/mod.ts";
import assert from "node:assert/strict";
import { FunctionCall, type Step } from "../../src/command/mod.ts";
import { runOperation } from "../../src/engine/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import {
  attachHost,
  createConfig,
  DataLayers,
  Epochs,
  FactReader,
  Host,
  Inventory,
  ReadSet,
  type ReconnectOptions,
  runInScope,
  type Scope,
} from "../../src/host/mod.ts";
import { reboot } from "../../src/operations/server/mod.ts";
import { unreachable } from "../../src/testing/steps.ts";

/** A host that answers with these boots, one after the other; an error stands for a lost connection. */
class RebootingHost {
  readonly reconnects: ReconnectOptions[] = [];
  readonly #epochs = new Epochs();
  readonly #host = new Host("box", ["all"], new DataLayers([]));

  constructor(boots: (string | DroverError)[]) {
    let last = boots[0]!;
    const reader = new class extends FactReader {
      override read(): Promise<unknown> {
        last = boots.shift() ?? last;
        return last instanceof DroverError ? Promise.reject(last) : Promise.resolve(last);
      }
    }(unreachable, "box", () => {}, this.#epochs);
    const reconnect = (options: ReconnectOptions) => Promise.resolve(void this.reconnects.push(options));
    const config = createConfig();
    attachHost(this.#host, { reader, config, ready: () => Promise.resolve(), log: () => {}, reconnect });
  }

  /** Runs the operation; what it would run on the host is only collected. */
  async run(args: { delay?: number; interval?: number; rebootTimeout?: number }): Promise<string[]> {
    const commands: string[] = [];
    const scope = this.#scope();
    const perform = async (steps: readonly Step[]) => {
      for (const step of steps) {
        if (step instanceof FunctionCall) await runInScope(scope, () => step.run());
        else commands.push(String(step));
      }
    };
    const { steps } = await runOperation({
      steps: () => reboot.steps(args),
      scope,
      connector: {},
      foreign: "nothing",
      reads: new ReadSet(this.#epochs),
      note: () => {},
      perform,
    });
    await perform(steps);
    return commands;
  }

  #scope(): Scope {
    const host = this.#host;
    return {
      host,
      inventory: new Inventory([host], new Map([["all", [host]]])),
      config: createConfig(),
      deploy: fileScope("/deploy.ts"),
      state: { phase: "apply", dry: false, activeHosts: [host], failedHosts: [] },
      sink: { call: () => Promise.reject(new Error("no calls")), track: (work) => work },
      epochs: this.#epochs,
    };
  }
}

const LOST = new DroverError("E_FACT", "the connection broke");

Deno.test("a host that is still going down is waited for", async () => {
  const box = new RebootingHost(["one", "one", LOST, "two"]);
  const commands = await box.run({ delay: 0, interval: 0, rebootTimeout: 60 });
  assert.equal(commands.length, 1);
  assert.match(commands[0]!, /sleep 1; reboot/);
  assert.equal(box.reconnects.length, 3);
  assert.equal(box.reconnects[0]?.delaySeconds, 0);
  assert.ok(box.reconnects[0]!.timeoutSeconds > 59);
});

Deno.test("a host that never went down is no success", async () => {
  const box = new RebootingHost(["one"]);
  await assert.rejects(box.run({ delay: 0, interval: 0, rebootTimeout: 0 }), {
    code: "E_REBOOT",
    hint: /_sudo: true/,
  });
});
