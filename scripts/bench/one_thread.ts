/** `drover @local fact server.Kernel` in one thread that may do everything, to see what the second one costs. */

import { DeployPort } from "../../src/sandbox/port.ts";
import { runSession } from "../../src/sandbox/session.ts";
import { formOf } from "../../src/usage/form.ts";
import type { FromDeploy } from "../../src/sandbox/protocol.ts";
import { createProgram } from "../../src/usage/options.ts";
import { writeJson } from "../../src/usage/output.ts";
import { createPort } from "../../src/connectors/mod.ts";
import { Interrupt } from "../../src/engine/mod.ts";
import type { Batch } from "../../src/shell/port.ts";
import "../../src/report/mod.ts";

const WORDS = ["@local", "fact", "server.Kernel"];

const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
const bridge = new DeployPort((message) => void answer(message));

async function answer(message: FromDeploy): Promise<void> {
  if (message.type !== "call") return;
  const { id, method, args: [host, batch] } = message;
  let value: unknown = method === "prepare" ? [] : undefined;
  if (method === "connect") value = await port.connect({ name: String(host), data: {} });
  else if (method === "run") value = await port.run(String(host), batch as Batch);
  bridge.answer({ type: "reply", id, value });
}

createProgram("0", async (inventory = "", operations, options) => {
  const start = { inventory, form: formOf(operations), options, config: {} };
  const finished = await runSession({ type: "start", ...start }, bridge, new Interrupt());
  writeJson(finished.facts);
  await port.close();
}).parse(WORDS, { from: "user" });
