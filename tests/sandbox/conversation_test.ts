/** Which message of the deploy's thread is valid when. */

import assert from "node:assert/strict";
import { Conversation } from "../../src/sandbox/conversation.ts";
import type { Calls, FromDeploy } from "../../src/sandbox/protocol.ts";

type Call = FromDeploy & { type: "call" };

const OPTIONS = { privilege: {}, shell: "sh", env: {}, pty: false, successExitCodes: [0] };

function call<M extends keyof Calls>(id: number, method: M, ...args: Parameters<Calls[M]>): Call {
  return { type: "call", id, method, args } as Call;
}

function prepare(id: number): Call {
  return call(id, "prepare", {
    addresses: [{ name: "web", data: {} }],
    selected: ["web"],
    useSudoPassword: false,
  });
}

function operate(id: number): Call {
  const requests = [{ kind: "command" as const, script: "x", options: OPTIONS }];
  return call(id, "run", "web", { id, lane: "operations", requests, stopOnFailure: true, live: false });
}

const PLAN: FromDeploy = {
  type: "event",
  event: { type: "plan.ready", plan: { operations: [] }, seconds: 0, facts: 0 },
};

function loading(dry = false): Conversation {
  const conversation = new Conversation({ connects: true, dry, asks: true });
  conversation.started();
  return conversation;
}

function planning(dry = false): Conversation {
  const conversation = loading(dry);
  conversation.take(prepare(1));
  conversation.answered(prepare(1), { value: [] });
  return conversation;
}

Deno.test("while the hosts are being agreed to, nothing else is asked and nothing is told of a plan", () => {
  const next: FromDeploy[] = [PLAN, call(2, "confirm"), call(2, "connect", "web"), operate(2)];
  for (const message of next) {
    const conversation = loading();
    conversation.take(prepare(1));
    assert.throws(() => conversation.take(message), /something that it may not/);
  }
});

Deno.test("hosts that nobody has agreed to are not worked on", () => {
  const conversation = loading();
  conversation.take(prepare(1));
  conversation.answered(prepare(1));
  assert.throws(() => conversation.take(call(2, "connect", "web")), /something that it may not/);
});

Deno.test("an operation waits for the yes", () => {
  const conversation = planning();
  conversation.take(PLAN);
  conversation.take(call(2, "confirm"));
  assert.throws(() => conversation.take(operate(3)), /something that it may not/);
  conversation.answered(call(2, "confirm"), { value: true });
  conversation.take(operate(4));
});

Deno.test("a yes that comes after the end counts no more", () => {
  const conversation = planning();
  conversation.take(PLAN);
  conversation.take(call(2, "confirm"));
  conversation.take({ type: "failed", problem: { code: "E_USER", message: "x" } });
  conversation.answered(call(2, "confirm"), { value: true });
  assert.throws(() => conversation.take(operate(3)), { detail: "call after the end" });
});

Deno.test("a dry run is never confirmed", () => {
  const conversation = planning(true);
  conversation.take(PLAN);
  assert.throws(() => conversation.take(call(2, "confirm")), /something that it may not/);
});
