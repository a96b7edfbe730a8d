/** Ctrl-C and termination, in steps. */

import type { Interrupt } from "../engine/mod.ts";

/** What the person is told at each Ctrl-C. */
const ANSWERS = [
  "Interrupted: nothing new is started, waiting for what runs. Ctrl-C again kills it.",
  "Killing what runs on the hosts. Ctrl-C again ends at once.",
];

/** Listens for signals until disposed. */
export function listenForSignals(
  interrupt: Interrupt,
  say: (text: string) => void,
  endAtOnce: (status: number) => void,
): Disposable & { terminated: boolean } {
  let presses = 0;
  const state = { terminated: false };
  const onInterrupt = () => {
    const answer = ANSWERS[presses++];
    if (answer === undefined) return endAtOnce(130);
    say(answer);
    interrupt.press();
  };
  const onTerminate = () => {
    if (state.terminated) return endAtOnce(143);
    state.terminated = true;
    say("Terminated: killing what runs on the hosts.");
    interrupt.press();
    interrupt.press();
  };
  const signals: [Deno.Signal, () => void][] = [["SIGINT", onInterrupt]];
  if (Deno.build.os !== "windows") signals.push(["SIGTERM", onTerminate], ["SIGHUP", onTerminate]);
  for (const [signal, listener] of signals) Deno.addSignalListener(signal, listener);
  return Object.assign(state, {
    [Symbol.dispose]() {
      for (const [signal, listener] of signals) Deno.removeSignalListener(signal, listener);
    },
  });
}
