/** The run, as deploys see it. */

import type { Host } from "./host.ts";

declare module "./context.ts" {
  interface Scope {
    state: RunState;
  }
}

/** The phase of the run, and what has become of its hosts. */
export interface RunState {
  /** Whether operations are being planned or run. */
  readonly phase: "plan" | "apply";
  /** Whether the run ends after the plan. */
  readonly dry: boolean;
  /** Hosts that the run works on and that have not failed. */
  readonly activeHosts: readonly Host[];
  /** Hosts that have failed, in the order in which they did. */
  readonly failedHosts: readonly Host[];
}
