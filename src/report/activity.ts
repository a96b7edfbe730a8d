/** Keeps what is going on in a run: which operations run where, since when, with which results. */

import type { Outcome, RunEvent } from "../engine/events.ts";

/** An operation that has begun. */
export interface RunningOperation {
  id: number;
  label: string;
  /** `module.operation`. */
  name: string;
  hosts: readonly string[];
  /** Milliseconds of the clock. */
  since: number;
  outcomes: Map<string, Outcome>;
}

/** What a host is busy with. */
export interface RunningCommand {
  host: string;
  operation: number;
  command: string;
  /** When the host began with the operation, in milliseconds of the clock. */
  since: number;
  /** How many notes of its slowness were given. */
  notes: number;
}

/** A note that hosts take long. */
export interface SlowNote {
  label: string;
  name: string;
  hosts: string[];
  /** Of the first host. */
  command: string;
  seconds: number;
}

/** The part of a run that is going on. */
export type Phase = "connect" | "plan" | "apply" | "end";

const WIDEST_HOST = 30;

/** A run as its events have told it so far. */
export class Activity {
  phase: Phase = "connect";
  hosts = 0;
  /** Columns of the longest host name, within reason. */
  hostColumns = 0;
  connected = 0;
  unreachable = 0;
  /** Operations of the plan, and those that are done. */
  operations = 0;
  done = 0;
  readonly outcomes = { changed: 0, failed: 0 };
  readonly running = new Map<number, RunningOperation>();
  /** By operation and host. */
  readonly #commands = new Map<string, RunningCommand>();
  /** When applying began, in milliseconds of the clock. */
  applySince = 0;

  /** Takes an event at a time in milliseconds. */
  note(event: RunEvent, now: number): void {
    switch (event.type) {
      case "run.started":
        this.hosts = event.hosts.length;
        this.hostColumns = Math.min(WIDEST_HOST, Math.max(0, ...event.hosts.map((host) => host.length)));
        return;
      case "host.connected":
        this.connected++;
        return;
      case "host.failed":
        if (event.phase === "connect") this.unreachable++;
        return;
      case "hosts.ready":
        this.phase = "plan";
        return;
      case "apply.started":
        this.phase = "apply";
        this.operations = event.operations;
        this.applySince = now;
        return;
      case "operation.started":
        this.#startOperation(event, now);
        return;
      case "command.started":
        this.#startCommand(event, now);
        return;
      case "operation.finished":
        this.#finish(event);
        return;
      case "operation.done":
        this.done++;
        this.running.delete(event.operation);
        return;
      case "run.finished":
        this.phase = "end";
        this.#commands.clear();
    }
  }

  /** What a host runs for an operation, or ran last. */
  commandOf(operation: number, host: string): RunningCommand | undefined {
    return this.#commands.get(key(operation, host));
  }

  /** Hosts that are busy with an operation. */
  busyHosts(operation: RunningOperation): string[] {
    return operation.hosts.filter((host) => this.#commands.has(key(operation.id, host)));
  }

  /** Hosts that have become slow since this was asked last: after 10, 30 and 60 seconds, then each minute. */
  slowNotes(now: number): SlowNote[] {
    const notes = new Map<number, SlowNote>();
    for (const running of this.#commands.values()) {
      const seconds = (now - running.since) / 1000;
      if (seconds < slowAfter(running.notes)) continue;
      while (seconds >= slowAfter(running.notes)) running.notes++;
      const operation = this.running.get(running.operation);
      const note = notes.get(running.operation);
      if (note !== undefined) note.hosts.push(running.host);
      else {
        notes.set(running.operation, {
          label: operation?.label ?? running.command,
          name: operation?.name ?? "",
          hosts: [running.host],
          command: running.command,
          seconds,
        });
      }
    }
    return [...notes.values()];
  }

  /** Where each host goes at its own pace, an operation begins anew for each of them. */
  #startOperation(event: RunEvent & { type: "operation.started" }, now: number): void {
    const known = this.running.get(event.operation);
    if (known !== undefined) known.hosts = [...known.hosts, ...event.hosts];
    else {
      const { operation: id, label, name, hosts } = event;
      this.running.set(id, { id, label, name, hosts, since: now, outcomes: new Map() });
    }
  }

  #startCommand(event: RunEvent & { type: "command.started" }, now: number): void {
    const known = this.commandOf(event.operation, event.host);
    if (known !== undefined) known.command = event.command;
    else {
      const { host, operation, command } = event;
      this.#commands.set(key(operation, host), { host, operation, command, since: now, notes: 0 });
    }
  }

  #finish(event: RunEvent & { type: "operation.finished" }): void {
    if (event.outcome === "changed") this.outcomes.changed++;
    if (event.outcome === "failed") this.outcomes.failed++;
    if (event.nested) return;
    this.#commands.delete(key(event.operation, event.host));
    this.running.get(event.operation)?.outcomes.set(event.host, event.outcome);
  }
}

function slowAfter(notes: number): number {
  return [10, 30][notes] ?? (notes - 1) * 60;
}

function key(operation: number, host: string): string {
  return `${operation} ${host}`;
}
