/** The worker in which the inventory, the deploy, its operations and the engine run. */

import { DroverError } from "../errors/mod.ts";
import { Interrupt, toProblem } from "../engine/mod.ts";
import type { ToWorker } from "./protocol.ts";
import { Bridge } from "./bridge.ts";

const thread = globalThis as unknown as {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
  addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
};

// Taken before any code of the user can put another function in its place.
const post = thread.postMessage.bind(thread);
const bridge = new Bridge((message) => post(message));
bridge.tell({ type: "loaded" });
const interrupt = new Interrupt();

forbidExit();
thread.addEventListener("message", ({ data }) => {
  if (data.type === "reply") bridge.answer(data);
  else if (data.type === "interrupt") {
    bridge.tell({ type: "interrupted" });
    interrupt.press();
  } else void start(data);
});

async function start(message: ToWorker & { type: "start" }): Promise<void> {
  let stray: unknown;
  // Promises of the deploy that fail without being awaited must not end the run in its middle.
  thread.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    stray ??= event.reason;
    bridge.tell({ type: "event", event: strayEvent(event.reason) });
  });
  try {
    const { runSession } = await import("./session.ts");
    const finished = await runSession(message, bridge, interrupt);
    // What was rejected in the last turn is told only in the next one.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (stray !== undefined) finished?.failures.push({ phase: "failed", problem: toProblem(stray) });
    if (finished !== undefined) bridge.tell({ type: "finished", finished });
  } catch (thrown) {
    bridge.tell({ type: "failed", problem: toProblem(thrown) });
  }
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

/** Ending the thread would leave the run without an end. */
function forbidExit(): void {
  const exit = () => {
    throw new DroverError("E_EXIT", "A deploy cannot end the program", {
      hint: "throw an error to fail the host, or return from the function",
    });
  };
  Object.defineProperty(Deno, "exit", { value: exit });
  Object.defineProperty(globalThis, "close", { value: exit });
}
