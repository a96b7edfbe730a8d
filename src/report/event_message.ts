/** Says an event in a sentence, for those who read the machine's stream. */

import type { Outcome, RunEvent, RunOutcome } from "../engine/events.ts";
import { planCounts } from "./plan_view.ts";
import { count, duration, typedCommand } from "./view.ts";

const OUTCOMES: Record<Outcome, string> = {
  changed: "changed",
  unchanged: "had nothing to change",
  skipped: "was skipped",
  failed: "failed",
  ignored: "failed, which is ignored",
};

const ENDS: Record<RunOutcome, string> = {
  done: "The run is done",
  planned: "The plan is done, nothing was changed",
  declined: "Nobody confirmed, nothing was changed",
  stopped: "The run was stopped, as too many hosts failed",
  interrupted: "The run was interrupted",
  empty: "No host was selected",
};

/** A sentence without a final period. */
export function eventMessage(event: RunEvent): string {
  switch (event.type) {
    case "run.started":
      return `${event.dry ? "Planning" : "Running"} ${event.deploys.join(" ")} on ${
        count(event.hosts.length, "host")
      } of ${event.inventory}`;
    case "host.connecting":
      return `Connecting to ${event.host}`;
    case "host.backend":
      return `${event.host} is reached by ${event.backend}: ${event.reason}`;
    case "host.connected":
      return `Connected to ${event.host} after ${duration(event.seconds)}`;
    case "host.failed":
      return `${event.host} failed ${FAILED_AT[event.phase]}: ${event.problem.message}`;
    case "hosts.ready":
      return `${count(event.connected, "host")} connected, ${event.failed} failed`;
    case "fact.read":
      return `Read fact ${event.fact} of ${event.host}${event.cached ? " from the cache" : ""}`;
    case "host.log":
      return `${event.host}: ${event.text}`;
    case "notice":
      return event.host === undefined ? event.text : `${event.host}: ${event.text}`;
    case "warning":
      return event.text;
    case "plan.ready":
      return `The plan has ${count(event.plan.operations.length, "operation")}, made with ${
        count(event.facts, "fact")
      }: ${planCounts(event.plan).join(", ")}`;
    case "apply.started":
      return `Applying ${count(event.operations, "operation")} to ${count(event.hosts, "host")}`;
    case "operation.started":
      return `${event.label} begins on ${count(event.hosts.length, "host")}`;
    case "command.started":
      return `${event.host} runs ${typedCommand(event)}`;
    case "command.output":
      return `${event.host}: ${event.text.trimEnd()}`;
    case "command.finished":
      return `${event.host} ran ${event.command}: ${
        event.exitStatus === undefined ? "no exit status" : `exit ${event.exitStatus}`
      } after ${duration(event.seconds)}`;
    case "operation.retry":
      return `${event.label} is tried again on ${event.host}: attempt ${event.attempt} of ${event.of}`;
    case "operation.finished": {
      const reason = event.problem === undefined ? "" : `: ${event.problem.message}`;
      const failed = event.outcome === "failed" || event.outcome === "ignored";
      const made = failed && event.changes === "made" ? ", and had changed the host" : "";
      return `${event.label} ${OUTCOMES[event.outcome]} on ${event.host} after ${
        duration(event.seconds)
      }${made}${reason}`;
    }
    case "operation.done":
      return `${event.label} is done on all its hosts after ${duration(event.seconds)}`;
    case "host.finished":
      return `${event.summary.host} is ${event.summary.state}: ${event.summary.changed} changed, ${event.summary.failed} failed`;
    case "run.finished": {
      const changes = event.hosts.reduce((sum, host) => sum + host.changed, 0);
      return `${ENDS[event.outcome]}: ${count(changes, "change")}, ${
        count(event.problems.length, "problem")
      } after ${duration(event.seconds)}`;
    }
  }
}

const FAILED_AT = {
  connect: "to connect",
  plan: "while it was planned",
  apply: "while it was changed",
} as const;
