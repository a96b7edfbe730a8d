/** Ctrl-C and termination, in steps that have an end of their own. */

import type { Interrupt } from "../engine/mod.ts";

/** Seconds that what runs may take to end after the first Ctrl-C. */
const GRACE = 7;

/** Seconds that killing and leaving hosts may take after the second. */
const KILL_PATIENCE = 1.8;

/** What listens for signals until it is disposed. */
export interface Signals extends Disposable {
  /** Whether the run was told to end, and not by a person. */
  readonly terminated: boolean;
  /** Does what Ctrl-C does where a prompt has read it as a key. */
  interrupt(): void;
}

/** Listens for signals. */
export function listenForSignals(
  interrupt: Interrupt,
  say: (text: string) => void,
  endAtOnce: (status: number) => void,
): Signals {
  const state = { terminated: false, interrupt: () => onInterrupt() };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const after = (seconds: number, next: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(next, seconds * 1000);
  };
  const end = () => endAtOnce(state.terminated ? 143 : 130);
  const kill = (text: string) => {
    say(text);
    while (!interrupt.killing) interrupt.press();
    after(KILL_PATIENCE, () => {
      say("Hosts do not answer: they are left as they are.");
      end();
    });
  };
  const onInterrupt = () => {
    if (interrupt.killing) return end();
    if (interrupt.stopping) return kill("Killing what runs on the hosts. Ctrl-C again ends at once.");
    say(`Interrupted: nothing new is started. What runs has ${GRACE} seconds to end; Ctrl-C again kills it.`);
    interrupt.press();
    after(GRACE, () => kill("Killing what still runs on the hosts."));
  };
  const onTerminate = () => {
    if (state.terminated) return end();
    state.terminated = true;
    kill("Terminated: killing what runs on the hosts.");
  };
  const signals: [Deno.Signal, () => void][] = [["SIGINT", onInterrupt]];
  if (Deno.build.os !== "windows") signals.push(["SIGTERM", onTerminate], ["SIGHUP", onTerminate]);
  for (const [signal, listener] of signals) Deno.addSignalListener(signal, listener);
  return Object.assign(state, {
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const [signal, listener] of signals) Deno.removeSignalListener(signal, listener);
    },
  });
}
