/** The worker in which the inventory, the deploy, its operations and the engine run. */

import { Interrupt, toProblem } from "../engine/mod.ts";
import { currentScope } from "../host/mod.ts";
import { lockDown } from "./lockdown.ts";
import { DeployPort, takePort } from "./port.ts";
import type { FromDeploy, ToDeploy } from "./protocol.ts";

const { send, receive } = await takePort<FromDeploy, ToDeploy>();
const port = new DeployPort(send);
lockDown(say);
port.tell({ type: "loaded" });
const interrupt = new Interrupt();
receive((message) => {
  if (message.type === "reply") port.answer(message);
  else if (message.type === "interrupt") {
    port.tell({ type: "interrupted" });
    interrupt.press();
  } else void start(message);
});

async function start(message: ToDeploy & { type: "start" }): Promise<void> {
  let stray: unknown;
  // Promises of the deploy that fail without being awaited must not end the run in its middle.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    stray ??= event.reason;
    port.tell({ type: "event", event: strayEvent(event.reason) });
  });
  try {
    const { runSession } = await import("./session.ts");
    const finished = await runSession(message, port, interrupt);
    // What was rejected in the last turn is told only in the next one.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (stray !== undefined) finished.failures.push({ phase: "failed", problem: toProblem(stray) });
    port.tell({ type: "finished", finished });
  } catch (thrown) {
    port.tell({ type: "failed", problem: toProblem(thrown) });
  }
}

/** What the deploy writes on the console is a notice of the host that it runs for. */
function say(text: string): void {
  const host = currentScope()?.host.name;
  port.tell({ type: "event", event: { type: "notice", text, ...(host === undefined ? {} : { host }) } });
}

function strayEvent(reason: unknown) {
  const { message, place, hint } = toProblem(reason);
  return {
    type: "warning" as const,
    text: `A promise of the deploy failed and nobody waited for it: ${message}`,
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint }),
  };
}
