/** Runs deploy code through the whole engine against real sessions on this machine. */

import { createPort } from "../../src/connectors/mod.ts";
import {
  Interrupt,
  portEvents,
  run,
  type RunEvent,
  type RunRequest,
  type RunResult,
} from "../../src/engine/mod.ts";
import { type ConfigOptions, createConfig, DataLayers, Host, Inventory } from "../../src/host/mod.ts";

import type { Batch, HostPort, RequestResult } from "../../src/shell/port.ts";

/** What a test's run is made of. */
export interface TestRun {
  /** Names of hosts with their data; all of them are this machine, `@local` or through `@chroot/NAME`. */
  hosts?: Record<string, Record<string, unknown>>;
  config?: Partial<ConfigOptions>;
  /** The deploy, called once per host. */
  deploy: () => unknown;
  request?: Partial<RunRequest>;
  /** Called with every batch that is sent. */
  onBatch?: (batch: Batch) => void;
  /** Puts other results in the place of a batch's own. */
  answer?: (batch: Batch, results: RequestResult[]) => RequestResult[];
  /** Called with every event, as it happens. */
  onEvent?: (event: RunEvent) => void;
}

/** A finished run with all its events. */
export interface Finished extends RunResult {
  events: RunEvent[];
}

/** Runs a deploy. */
export async function runDeploy(test: TestRun): Promise<Finished> {
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => {
    events.push(event);
    test.onEvent?.(event);
  };
  const hosts = Object.entries(test.hosts ?? { "@local": {} }).map(([name, values]) =>
    new Host(name, ["all"], new DataLayers([{ source: "test", values }]))
  );
  const config = createConfig(test.config ?? {});
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false, onEvent: portEvents(emit) });
  const watched: HostPort = {
    connect: (address) => port.connect(address),
    run: async (host, batch) => {
      test.onBatch?.(batch);
      const results = await port.run(host, batch);
      return test.answer?.(batch, results) ?? results;
    },
    cancel: (host, batch) => port.cancel(host, batch),
    drain: (host, batch) => port.drain(host, batch),
    disconnect: (host) => port.disconnect(host),
    close: () => port.close(),
  };
  try {
    const result = await run({
      inventory: new Inventory(hosts, new Map([["all", hosts]])),
      inventoryName: "test",
      hosts,
      address: ({ name }) => ({
        name,
        data: name.startsWith("@chroot/") ? { chroot_directory: "/" } : {} as Record<string, string>,
      }),
      units: [{
        name: "deploy.ts",
        file: `${Deno.cwd()}/deploy.ts`,
        run: async () => void await test.deploy(),
      }],
      config,
      port: watched,
      emit,
      interrupt: new Interrupt(),
      strategy: "together",
      dry: false,
      live: false,
      confirm: () => Promise.resolve(true),
      ...test.request,
    });
    return { ...result, events };
  } finally {
    await port.close();
  }
}

/** `label: outcome` of every finished operation, in the order of their ends. */
export function outcomes(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "operation.finished" ? [`${event.host} ${event.label}: ${event.outcome}`] : []
  );
}
