/** The report for people, whole: events in, text out. */

import assert from "node:assert/strict";
import type { RunEvent } from "../../src/engine/events.ts";
import { eventMessage } from "../../src/report/event_message.ts";
import { nextCommand } from "../../src/usage/next_command.ts";
import { createHumanReport, type HumanReportOptions } from "../../src/report/mod.ts";
import {
  APPLY,
  captured,
  CWD,
  feed,
  finished,
  hostPlan,
  operationPlan,
  PLAN,
  screen,
  START,
  summary,
  TestClock,
} from "./sample_run.ts";

/** What a report of some events says. */
function said(
  events: readonly RunEvent[],
  options: Partial<HumanReportOptions> & { isTerminal?: boolean; width?: number } = {},
): string {
  const { isTerminal = false, width = 100, ...rest } = options;
  const { terminal, text } = captured(isTerminal, width);
  const report = createHumanReport({ terminal, cwd: CWD, clock: new TestClock(), ...rest });
  feed(report, events);
  report.close();
  return isTerminal ? screen(text()) : text();
}

function end(
  outcome: "done" | "planned" | "declined" | "interrupted" | "stopped" | "empty",
  ...hosts: string[]
): RunEvent {
  return {
    type: "run.finished",
    outcome,
    hosts: hosts.map((host) => summary(host)),
    problems: [],
    seconds: 1,
  };
}

Deno.test("a run as plain lines", async (t) => {
  await t.assertSnapshot(said([...START, ...APPLY], { diff: true }));
});

Deno.test("a run on a terminal", async (t) => {
  await t.assertSnapshot(said([...START, ...APPLY], { diff: true, isTerminal: true }));
});

Deno.test("a run with everything that -vvv adds", async (t) => {
  const output: RunEvent[] = [
    {
      type: "fact.read",
      host: "web-01",
      fact: "server.Which",
      args: { command: "nginx" },
      command: "command -v nginx",
      cached: false,
    },
    ...START.slice(-1),
    ...APPLY.slice(0, 3),
    { type: "command.output", host: "web-01", stream: "stdout", text: "first\nsec" },
    { type: "command.output", host: "web-01", stream: "stderr", text: "\x1b[31mred\x1b[0m\n" },
    { type: "command.output", host: "web-01", stream: "stdout", text: "ond\nno end" },
    { type: "command.finished", host: "web-01", operation: 1, command: "x", exitStatus: 0, seconds: 1 },
    { type: "host.log", host: "db-01", text: "two\nlines\x07" },
    { type: "notice", host: "db-01", text: "the key of this host is new" },
    {
      type: "warning",
      text: "group data is old",
      hint: "rename it",
      place: { file: "/project/a.ts", line: 1, column: 2 },
    },
    finished("web-01", 1, 1, { outcome: "unchanged", noops: ["user deploy is as wanted"] }),
    finished("web-01", 1, 1, { nested: true }),
  ];
  await t.assertSnapshot(said([START[0]!, ...output], { verbosity: 3 }));
});

Deno.test("a plan without changes is good news", () => {
  const operations = [operationPlan(1, "Install git", "apt.packages", [hostPlan("a", { state: "none" })])];
  const plan: RunEvent = { type: "plan.ready", plan: { operations }, seconds: 1.25, facts: 2 };
  const events: RunEvent[] = [{ ...START[0]!, hosts: ["a"] } as RunEvent, plan, end("planned", "a")];
  assert.equal(said(events).split("\n").at(-2), "No changes. 1 host is as wanted.  1.3s");
});

Deno.test("a plan groups two hundred hosts by what would happen", async (t) => {
  await t.assertSnapshot(said(manyHosts(), { diff: true, width: 90, isTerminal: true }));
});

Deno.test("without a terminal, and with -v on one, a plan of two hundred hosts is whole", () => {
  for (const options of [{}, { isTerminal: true, verbosity: 1 }]) {
    const text = said(manyHosts(), { diff: true, width: 90, ...options });
    for (let host = 1; host <= 200; host++) {
      const name = `web-${String(host).padStart(3, "0")}`;
      assert.ok(text.includes(`$ echo ${name}`) || host % 2 === 1, `commands of ${name}`);
      assert.match(text, new RegExp(`(^|\\s)${name}(\\s|$)`, "m"));
    }
    assert.match(text, /x{200}/);
    assert.match(text, /\$ one\n {8}two\n {8}three\n/);
    assert.doesNotMatch(text, /…|-v shows/);
  }
});

Deno.test("a difference that is the same on many hosts is shown once, with their names", () => {
  const text = said(manyHosts(), { diff: true });
  assert.equal(text.match(/^ +\+mode fast$/gm)?.length, 1);
  assert.match(text, /\+\+\+ \/etc\/app\.conf {2}\(same on web-001 web-002 .* web-150\)\n/);
  assert.match(text, /\+\+\+ \/etc\/app\.conf {2}\(same on web-151 .* web-200\)\n/);
});

Deno.test("files that differ elsewhere are changed alike: one difference", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const diff = (host: string) => ({
    path: "/etc/app.conf",
    before: ["old", ...lines, host].join("\n"),
    after: ["new", ...lines, host].join("\n"),
  });
  const hosts = ["a", "b", "c"].map((host) => hostPlan(host, { diffs: [diff(host)] }));
  const operations = [operationPlan(1, "Configure", "files.put", hosts)];
  const plan: RunEvent = { type: "plan.ready", plan: { operations }, seconds: 1, facts: 2 };
  const text = said([START[0]!, plan], { diff: true });
  assert.equal(text.match(/^ +\+new$/gm)?.length, 1);
  assert.match(text, /\(same on a b c\)/);
});

Deno.test("COLUMNS wraps lists where there is no terminal, and cuts nothing", () => {
  const { terminal, text } = captured(false, 100, { COLUMNS: "72" });
  const report = createHumanReport({ terminal, cwd: CWD, clock: new TestClock() });
  feed(report, manyHosts());
  report.close();
  const names = text().split("\n").filter((line) => /^ +web-\d+( web-\d+)+$/.test(line));
  assert.ok(names.length > 10 && names.every((line) => line.length <= 72), text());
  assert.match(text(), /x{200}/);
});

Deno.test("a plan that is not exact says so", () => {
  const operations = [
    operationPlan(1, "Stop", "systemd.service", [hostPlan("a")]),
    operationPlan(2, "Start", "systemd.service", [
      hostPlan("a", { state: "depends", reason: 'depends on "Stop"', dependsOn: [1] }),
    ]),
    operationPlan(3, "Start more", "systemd.service", [
      hostPlan("a", { state: "depends", reason: 'depends on "Stop"', dependsOn: [1] }),
    ]),
  ];
  const plan: RunEvent = { type: "plan.ready", plan: { operations }, seconds: 1, facts: 2 };
  const text = said([{ ...START[0]!, hosts: ["a"] } as RunEvent, plan]);
  assert.match(text, /\? Start {7}systemd\.service {2}a {2}depends on "Stop"\n/);
  assert.match(text, /\n {2}~ change {3}\? depends on earlier changes\n/);
  assert.match(text, /\nPlan: 1 change on 1 host, 2 depend on earlier ones\. {2}1\.0s\n$/);
  assert.match(eventMessage(plan), /: 1 change, 2 depend on earlier ones$/);
});

Deno.test("after a failure: what was left out, what is owed, and the line to run next", async (t) => {
  const events = [...START, ...APPLY].map((event): RunEvent =>
    event.type !== "run.finished" ? event : {
      ...event,
      unfinished: [
        {
          host: "web-02",
          left: [{ operation: 3, label: "Upload nginx.conf" }, { operation: 4, label: "Reload nginx" }],
          owed: [{
            operation: 4,
            label: "Reload nginx",
            name: "systemd.service",
            because: ["Install nginx"],
            commands: ["sudo systemctl reload nginx"],
          }],
        },
      ],
    }
  );
  const next = (hosts: readonly string[] | undefined) => nextCommand(["inventory.ts", "web.ts"], hosts);
  const text = said(events, { next });
  await t.assertSnapshot(text.slice(text.indexOf("Host ")));
  assert.doesNotMatch(said(START, { next }), /Next:/);
  const all = said([...START, APPLY[0]!, end("done", "a")], { next });
  assert.doesNotMatch(all, /Next:/);
});

/** A plan of two hundred hosts. */
function manyHosts(): RunEvent[] {
  const hosts = Array.from({ length: 200 }, (_, index) => `web-${String(index + 1).padStart(3, "0")}`);
  const diff = (mode: string) => ({ path: "/etc/app.conf", before: "a\n", after: `a\nmode ${mode}` });
  const operations = [
    operationPlan(
      1,
      "Install nginx",
      "apt.packages",
      hosts.map((host) => hostPlan(host, { effect: "create", commands: ["apt-get -y install nginx"] })),
    ),
    operationPlan(
      2,
      "Configure",
      "files.template",
      hosts.map((host, index) => {
        const mode = index < 150 ? "fast" : "slow";
        return hostPlan(host, { commands: [`write ${mode}`], diffs: [diff(mode)] });
      }),
    ),
    operationPlan(
      3,
      "Own",
      "server.shell",
      hosts.map((host, index) =>
        hostPlan(host, { state: index % 2 === 0 ? "none" : "always", commands: [`echo ${host}`] })
      ),
    ),
    operationPlan(4, "Long", "server.script", [
      hostPlan("web-001", {
        effect: "remove",
        commands: ["one\ntwo\nthree", "x".repeat(200), "five", "six"],
      }),
    ]),
  ];
  const plan: RunEvent = { type: "plan.ready", plan: { operations }, seconds: 2, facts: 600 };
  return [{ ...START[0]!, hosts } as RunEvent, plan];
}

Deno.test("the same failure on many hosts is shown once, and good hosts share a line", async (t) => {
  const hosts = Array.from({ length: 200 }, (_, index) => `h${index}`);
  const failed = hosts.slice(0, 50);
  const problems = failed.map((host) => ({
    code: "E_COMMAND",
    message: "false exited 1 after 0.1s",
    host,
    command: "false",
  }));
  const events: RunEvent[] = [
    { type: "apply.started", operations: 1, hosts: 200 },
    {
      type: "run.finished",
      outcome: "done",
      hosts: hosts.map((host) =>
        failed.includes(host)
          ? summary(host, { failed: 1, state: "failed", stoppedAt: "Fail" })
          : summary(host, { changed: 1 })
      ),
      problems,
      seconds: 75,
    },
  ];
  const whole = said(events);
  assert.match(whole, /= hosts: h0 h1 .* h48 h49 \(50\)\n/);
  assert.equal(whole.match(/^h\d+ .*$/gm)?.length, 200);
  const text = said(events, { isTerminal: true });
  assert.equal(text.match(/error\[E_COMMAND\]/g)?.length, 1);
  assert.match(text, /= hosts: h0 h1 .* and 30 more\n? *\(50\)/s);
  assert.match(
    text,
    /\n150 more hosts are done, -v lists them\nFailed: 50 of 200 hosts, 150 changes on 150 hosts\. {2}1m15s\n$/,
  );
  await t.assertSnapshot(text.split("\n").slice(0, 8).join("\n"));
});

Deno.test("the last line is the verdict, and says what was changed", () => {
  const verdict = (event: RunEvent, ...before: RunEvent[]) =>
    said([...before, event]).trimEnd().split("\n").at(-1);
  const apply: RunEvent = { type: "apply.started", operations: 1, hosts: 1 };
  const finish = (
    outcome: "done" | "interrupted" | "stopped",
    ...hosts: Parameters<typeof summary>[]
  ): RunEvent => ({
    type: "run.finished",
    outcome,
    hosts: hosts.map((host) => summary(...host)),
    problems: [],
    seconds: 1,
  });
  assert.equal(
    verdict(finish("done", ["a", { changed: 2 }], ["b"]), apply),
    "Done: 2 changes on 1 host.  1.0s",
  );
  assert.equal(verdict(finish("done", ["a"]), apply), "Done: no host was changed.  1.0s");
  assert.equal(
    verdict(finish("done", ["a", { changed: 1, ignored: 1 }]), apply),
    "Done: 1 change on 1 host, 1 failure ignored.  1.0s",
  );
  assert.equal(
    verdict(finish("done", ["a", { changed: 1 }], ["b", { state: "unreachable" }]), apply),
    "Unreachable: 1 of 2 hosts, 1 change on 1 host.  1.0s",
  );
  assert.equal(
    verdict(finish("interrupted", ["a", { changed: 1, left: 3, state: "stopped" }]), apply),
    "Interrupted: 1 change on 1 host. 3 operations left: run with --dry to see what.  1.0s",
  );
  assert.equal(
    verdict(finish("stopped", ["a", { failed: 1, state: "failed" }], ["b", { left: 1 }]), apply),
    "Stopped: too many hosts failed (1 of 2 hosts), no host was changed. 1 operation left: run with --dry to see what.  1.0s",
  );
  assert.equal(verdict(end("declined", "a")), "Declined. No host was changed.  1.0s");
  assert.equal(verdict(end("empty")), "Nothing to do: no host was selected.  1.0s");
});

Deno.test("verbosity -1 says what failed and the verdict only", () => {
  const text = said([...START, ...APPLY], { verbosity: -1 });
  assert.match(text, /^\nerror\[E_COMMAND\]/);
  assert.match(text, /\n\nFailed: 1 of 3 hosts, 6 changes on 3 hosts\. {2}11\.2s\n$/);
});

Deno.test("slow hosts are told of after 10, 30 and 60 seconds, then each minute", () => {
  const { terminal, text } = captured(false);
  const clock = new TestClock();
  const report = createHumanReport({ terminal, cwd: CWD, clock });
  feed(report, [...START, ...APPLY.slice(0, 5)]);
  const before = text().length;
  for (let second = 0; second < 130; second++) clock.pass(1);
  feed(report, [finished("web-01", 1, 130), finished("web-02", 1, 130), finished("db-01", 1, 130)]);
  clock.pass(60);
  const slow = text().slice(before).split("\n").filter((line) => line.includes("Slow"));
  const line = (time: string) =>
    `        Slow [${time}s] web-01 web-02 db-01  Create user deploy (server.user) still running`;
  assert.deepEqual(slow, [line("  10.000"), line("  30.000"), line("  60.000"), line(" 120.000")]);
  report.close();
  assert.equal(clock.timers, 0);
});

Deno.test("a silent run off the terminal shows a sign of life every 30 seconds", () => {
  const { terminal, text } = captured(false);
  const clock = new TestClock();
  const report = createHumanReport({ terminal, cwd: CWD, clock });
  feed(report, START.slice(0, 3));
  const before = text().length;
  for (let second = 0; second < 65; second++) clock.pass(1);
  assert.equal(
    text().slice(before),
    "     Waiting connecting, 1 of 3 done, nothing new for 30.0s\n".repeat(2),
  );
  report.close();
});

Deno.test("the live rows show what runs where, and go away", () => {
  const { terminal, text } = captured(true);
  const clock = new TestClock();
  const report = createHumanReport({ terminal, cwd: CWD, clock });
  feed(report, [...START, ...APPLY.slice(0, 6)]);
  clock.pass(2.5);
  const rows = screen(text()).trimEnd().split("\n").slice(-2);
  assert.deepEqual(rows, [
    "  ⠴ Create user deploy        1/3  2.5s  web-02 db-01",
    "  ── 0 of 5 operations · 1 changed · 00:02 ──",
  ]);
  report.close();
  assert.equal(screen(text()).trimEnd().split("\n").at(-1)?.startsWith("Plan:"), true);
});

Deno.test("hosts that go at their own pace get their rows in the end", () => {
  const { label, operation: name } = PLAN[0]!;
  const events: RunEvent[] = ["web-01", "web-02"].flatMap((host): RunEvent[] => [
    { type: "operation.started", operation: 1, label, name, hosts: [host] },
    finished(host, 1, 1),
  ]);
  const text = said([...START, APPLY[0]!, ...events, end("done", "web-01", "web-02")], { isTerminal: true });
  assert.match(text, /✓ Create user deploy {12}2 changed/);
});

Deno.test("failures of planning are shown in full before anybody is asked, once for all hosts", () => {
  const problem = {
    code: "E_USER",
    message: "x is not defined",
    place: { file: "/project/web.ts", line: 3, column: 1 },
  };
  const events: RunEvent[] = [
    ...START.slice(0, -1),
    { type: "host.failed", host: "web-01", phase: "plan", problem: { ...problem, host: "web-01" } },
    { type: "host.failed", host: "web-02", phase: "plan", problem: { ...problem, host: "web-02" } },
    START.at(-1)!,
  ];
  const text = said(events);
  assert.match(text, / {6}FAILED web-01 {2}x is not defined\n {6}FAILED web-02 {2}x is not defined\n/);
  assert.match(
    text,
    /error\[E_USER\]: x is not defined\n {2}--> web\.ts:3:1\n {2}= hosts: web-01 web-02 \(2\)\n\nweb\.ts\n/,
  );
});

Deno.test("nothing of a host reaches the terminal raw", () => {
  const evil = "\x1b[2Jevil\x9b\u202e";
  const problem = { code: "E_COMMAND", message: evil, host: evil, detail: evil, hint: evil, command: evil };
  const operations = [operationPlan(1, evil, "server.shell", [
    hostPlan(evil, {
      commands: [evil],
      reason: evil,
      noops: [evil],
      diffs: [{ path: evil, before: "a", after: evil }],
    }),
    hostPlan("b", { state: "depends", reason: evil }),
    hostPlan("c", { state: "none", noops: [evil] }),
  ])];
  const events: RunEvent[] = [
    { type: "run.started", inventory: evil, deploys: [evil], hosts: [evil], groups: 1, dry: false },
    { type: "host.failed", host: evil, phase: "connect", problem },
    { type: "fact.read", host: evil, fact: evil, args: { a: evil }, command: evil, cached: false },
    { type: "plan.ready", plan: { operations }, seconds: 1, facts: 1 },
    { type: "apply.started", operations: 1, hosts: 1 },
    { type: "operation.started", operation: 1, label: evil, name: "server.shell", hosts: [evil] },
    { type: "command.started", host: evil, operation: 1, command: evil, privilege: evil },
    { type: "command.output", host: evil, stream: "stdout", text: evil },
    {
      type: "operation.retry",
      host: evil,
      operation: 1,
      label: evil,
      attempt: 1,
      of: 2,
      delaySeconds: 1,
      problem,
    },
    {
      type: "operation.finished",
      host: evil,
      operation: 1,
      label: evil,
      name: "server.shell",
      outcome: "failed",
      changes: "possible",
      commands: 1,
      seconds: 1,
      noops: [evil],
      retries: 0,
      nested: false,
      problem,
    },
    { type: "host.log", host: evil, text: evil },
    { type: "notice", host: evil, text: evil },
    { type: "warning", text: evil, hint: evil },
    {
      type: "run.finished",
      outcome: "done",
      hosts: [summary(evil, { state: "failed", failed: 1, stoppedAt: evil })],
      problems: [problem],
      seconds: 1,
    },
  ];
  for (const isTerminal of [false, true]) {
    const text = said(events, { verbosity: 3, diff: true, isTerminal });
    assert.match(text, /\\x1b\[2Jevil\\x9b\\u202e/);
    // deno-lint-ignore no-control-regex -- what must not be there
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  }
});
