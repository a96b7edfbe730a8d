/** Events of a run as tests of the reports need it: three hosts, a plan, a failure. */

import type { HostPlan, HostSummary, OperationPlan, Problem, RunEvent } from "../../src/engine/events.ts";
import type { Report } from "../../src/report/mod.ts";
import type { Clock } from "../../src/report/mod.ts";
import { createTerminal, type Terminal } from "../../src/terminal/mod.ts";

export const CWD = "/project";

/** A host's part in an operation. */
export function hostPlan(host: string, more: Partial<HostPlan> = {}): HostPlan {
  return { host, state: "change", effect: "change", commands: [], diffs: [], noops: [], ...more };
}

/** An operation of a plan. */
export function operationPlan(
  id: number,
  label: string,
  operation: string,
  hosts: HostPlan[],
): OperationPlan {
  return { id, label, operation, deploy: "web.ts", runOnce: false, hosts };
}

/** A host's summary. */
export function summary(host: string, more: Partial<HostSummary> = {}): HostSummary {
  return {
    host,
    changed: 0,
    unchanged: 0,
    skipped: 0,
    failed: 0,
    ignored: 0,
    incomplete: 0,
    left: 0,
    seconds: 1,
    state: "done",
    ...more,
  };
}

export const LOCKED: Problem = {
  code: "E_COMMAND",
  message: "apt-get exited 100 after 8.1s",
  host: "web-02",
  place: { file: "/project/web.ts", line: 12, column: 3 },
  detail: "E: Could not get lock /var/lib/dpkg/lock-frontend (held by process 812)",
  command: "sudo apt-get -y install nginx",
  hint: "another package manager is running; try again with _retries or --retry 3 --retry-delay 20",
};

const OLD = "user www;\nerror_log x;\nworker_processes 1;\nevents {}\n";
const DIFF = {
  path: "/etc/nginx/nginx.conf",
  before: OLD,
  after: OLD.replace("processes 1", "processes auto"),
};

export const PLAN: OperationPlan[] = [
  operationPlan(
    1,
    "Create user deploy",
    "server.user",
    ["web-01", "web-02", "db-01"].map((host) =>
      hostPlan(host, { effect: "create", commands: ["useradd -m deploy"] })
    ),
  ),
  operationPlan(2, "Install nginx", "apt.packages", [
    hostPlan("web-01", { commands: ["apt-get update", "apt-get -y install nginx"] }),
    hostPlan("web-02", { commands: ["apt-get -y install nginx"] }),
  ]),
  operationPlan(3, "Upload nginx.conf", "files.template", [
    hostPlan("web-01", { commands: ["upload 64 bytes to /etc/nginx/nginx.conf"], diffs: [DIFF] }),
    hostPlan("web-02", { state: "none", noops: ["/etc/nginx/nginx.conf is already as wanted"] }),
  ]),
  operationPlan(4, "Reload nginx", "systemd.service", [
    hostPlan("web-01", { state: "conditional", commands: ["systemctl reload nginx"] }),
    hostPlan("web-02", { state: "depends", reason: "there is no unit nginx.service" }),
  ]),
  operationPlan(5, "Run migrations", "server.shell", [
    hostPlan("db-01", { state: "always", commands: ["bin/migrate --all"] }),
  ]),
];

/** Everything before the plan. */
export const START: RunEvent[] = [
  {
    type: "run.started",
    inventory: "inventory.ts",
    deploys: ["web.ts"],
    hosts: ["web-01", "web-02", "db-01"],
    groups: 2,
    dry: false,
  },
  ...["web-01", "web-02", "db-01"].flatMap((host): RunEvent[] => [
    { type: "host.connecting", host },
    { type: "host.connected", host, seconds: 0.4 },
  ]),
  { type: "hosts.ready", connected: 3, failed: 0, seconds: 0.41 },
  { type: "plan.ready", plan: { operations: PLAN }, seconds: 0.63, facts: 14 },
];

function started(operation: number, hosts: string[]): RunEvent[] {
  const { label, operation: name } = PLAN[operation - 1]!;
  return [
    { type: "operation.started", operation, label, name, hosts },
    ...hosts.map((host): RunEvent => ({
      type: "command.started",
      host,
      operation,
      command: PLAN[operation - 1]!.hosts[0]!.commands.at(-1)!,
      privilege: "sudo",
    })),
  ];
}

/** The end of an operation on a host. */
export function finished(
  host: string,
  operation: number,
  seconds: number,
  more: Partial<RunEvent & { type: "operation.finished" }> = {},
): RunEvent {
  const { label, operation: name } = PLAN[operation - 1]!;
  return {
    type: "operation.finished",
    host,
    operation,
    label,
    name,
    outcome: "changed",
    changes: more.outcome === undefined || more.outcome === "changed" ? "made" : "none",
    commands: 1,
    seconds,
    noops: [],
    retries: 0,
    nested: false,
    ...more,
  };
}

function done(operation: number, seconds: number): RunEvent {
  const { label, operation: name } = PLAN[operation - 1]!;
  return { type: "operation.done", operation, label, name, seconds };
}

/** Everything after the plan, with a failure of web-02. */
export const APPLY: RunEvent[] = [
  { type: "apply.started", operations: 5, hosts: 3 },
  ...started(1, ["web-01", "web-02", "db-01"]),
  finished("web-01", 1, 0.9),
  finished("web-02", 1, 0.8),
  finished("db-01", 1, 0.7),
  done(1, 0.9),
  ...started(2, ["web-01", "web-02"]),
  finished("web-01", 2, 7.4),
  {
    type: "operation.retry",
    host: "web-02",
    operation: 2,
    label: "Install nginx",
    attempt: 2,
    of: 2,
    delaySeconds: 5,
    problem: LOCKED,
  },
  {
    type: "command.finished",
    host: "web-02",
    operation: 2,
    command: "apt-get",
    exitStatus: 100,
    seconds: 8.1,
  },
  finished("web-02", 2, 8.101, { outcome: "failed", retries: 1, problem: LOCKED }),
  { type: "host.failed", host: "web-02", phase: "apply", problem: LOCKED },
  done(2, 8.4),
  ...started(3, ["web-01"]),
  finished("web-01", 3, 0.2),
  done(3, 0.2),
  ...started(4, ["web-01"]),
  finished("web-01", 4, 0.1, { outcome: "skipped", commands: 0 }),
  done(4, 0.1),
  ...started(5, ["db-01"]),
  finished("db-01", 5, 1.4),
  done(5, 1.4),
  {
    type: "run.finished",
    outcome: "done",
    hosts: [
      summary("web-01", { changed: 3, skipped: 1, seconds: 8.6 }),
      summary("web-02", {
        changed: 1,
        failed: 1,
        left: 2,
        seconds: 8.9,
        state: "failed",
        stoppedAt: "Install nginx",
      }),
      summary("db-01", { changed: 2, seconds: 2.1 }),
    ],
    problems: [LOCKED],
    seconds: 11.2,
  },
];

/** A clock that stands still until it is told to go on. */
export class TestClock implements Clock {
  #now = 0;
  #ticks = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  every(_milliseconds: number, tick: () => void): () => void {
    this.#ticks.add(tick);
    return () => this.#ticks.delete(tick);
  }

  /** Number of timers that still run. */
  get timers(): number {
    return this.#ticks.size;
  }

  /** Lets seconds go by and rings once. */
  pass(seconds: number): void {
    this.#now += seconds * 1000;
    for (const tick of this.#ticks) tick();
  }
}

/** A terminal that keeps what is written. */
export function captured(
  isTerminal: boolean,
  width = 100,
  env: Record<string, string> = {},
): { terminal: Terminal; text: () => string } {
  let written = "";
  const terminal = createTerminal({ write: (text) => void (written += text) }, {
    isTerminal,
    color: "never",
    env: (name) => ({ LANG: "C.UTF-8", ...env } as Record<string, string>)[name],
    width: () => width,
  });
  return { terminal, text: () => written };
}

/** Feeds events to a report. */
export function feed(report: Report, events: readonly RunEvent[]): void {
  for (const event of events) report.handle(event);
}

/** What a terminal shows in the end, without the rows that were drawn over. */
export function screen(written: string): string {
  const lines: string[] = [""];
  // deno-lint-ignore no-control-regex -- the sequences that the live region writes
  for (const [, sequence, text] of written.matchAll(/(\x1b\[[?0-9;]*[A-Za-z])|([^\x1b]+)/g)) {
    // deno-lint-ignore no-control-regex -- as above
    const up = /^\x1b\[(\d+)A$/.exec(sequence ?? "");
    if (up !== null) lines.splice(lines.length - 1 - Number(up[1]), Infinity, "");
    if (text === undefined) continue;
    const parts = text.replaceAll("\r", "").split("\n");
    lines[lines.length - 1] += parts[0]!;
    lines.push(...parts.slice(1));
  }
  return lines.join("\n");
}
