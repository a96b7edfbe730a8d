/** The run: connect, plan, order, apply. Emits events and prints nothing. */

export type { Operation, Strategy } from "./apply.ts";
export * from "./events.ts";
export { HostRun } from "./host_run.ts";
export { Interrupt } from "./interrupt.ts";
export { Limiter } from "./limiter.ts";
export { type Generated, type Generation, runOperation } from "./operation_runner.ts";
export { maskEvent, maskProblem } from "./mask_event.ts";
export { portProblem, toProblem } from "./problem.ts";
export { portEvents, run, type RunRequest, type RunResult } from "./run.ts";
