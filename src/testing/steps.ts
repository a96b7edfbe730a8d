/** Runs an operation without a host: given facts in, steps out. */

import type { Step } from "../command/mod.ts";
import { fileScope } from "../deploy/mod.ts";
import { runOperation } from "../engine/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  type AnyFact,
  type AnyOperation,
  attachHost,
  type ConfigOptions,
  createConfig,
  DataLayers,
  Epochs,
  FactReader,
  type FreshNames,
  Host,
  Inventory,
  type LocalFiles,
  type OperationNote,
  ReadSet,
} from "../host/mod.ts";

/** What an operation finds when it runs without a host. */
export interface Circumstances {
  /** Answers each fact that the operation asks. */
  facts: (fact: AnyFact, args: Record<string, unknown>) => unknown;
  /** Data of the host. */
  data?: Record<string, unknown>;
  /** Options of the run, such as `{ diff: true }`. */
  config?: Partial<ConfigOptions>;
  /** What it finds on the controller. Default: the real files. */
  localFiles?: LocalFiles;
  /** Names of backups and temporary files, where a test has to know them. */
  freshNames?: FreshNames;
  /** Absolute path that the deploy file would have. */
  deployFile?: string;
}

/** What an operation did. */
export interface Collected {
  /** What it yielded, in order. */
  steps: Step[];
  /** What it said beside: reasons to do nothing, differences. */
  notes: OperationNote[];
}

/**
 * Collects the steps of an operation under given circumstances.
 *
 * @example
 * ```ts
 * const { steps } = await collectSteps(files.file, { path: "/x" }, { facts: () => undefined });
 * ```
 */
export async function collectSteps(
  operation: AnyOperation,
  args: Record<string, unknown>,
  circumstances: Circumstances,
): Promise<Collected> {
  const collected: Collected = { steps: [], notes: [] };
  const layers = new DataLayers([{ source: "test", values: circumstances.data ?? {} }]);
  const host = new Host("test-host", ["all"], layers);
  const config = createConfig(circumstances.config ?? {});
  const epochs = new Epochs();
  const reader = new GivenFacts(circumstances.facts, epochs);
  attachHost(host, { reader, config, ready: () => Promise.resolve(), log: () => {}, reconnect: nowhere });
  const scope = {
    host,
    inventory: new Inventory([host], new Map([["all", [host]]])),
    config,
    deploy: fileScope(circumstances.deployFile ?? `${Deno.cwd()}/deploy.ts`),
    state: { phase: "plan" as const, dry: true, activeHosts: [host], failedHosts: [] },
    sink: {
      call: () => Promise.reject(new DroverError("E_NESTED_CALL", "An operation was called here")),
      track: <T>(work: Promise<T>) => work,
    },
    epochs,
    ...(circumstances.localFiles === undefined ? {} : { localFiles: circumstances.localFiles }),
    ...(circumstances.freshNames === undefined ? {} : { freshNames: circumstances.freshNames }),
  };
  const { steps } = await runOperation({
    steps: () => operation.steps(args),
    scope,
    connector: {},
    foreign: "nothing",
    reads: new ReadSet(epochs),
    note: (note) => void collected.notes.push(note),
    perform: (some) => Promise.resolve(void collected.steps.push(...some)),
  });
  collected.steps.push(...steps);
  return collected;
}

class GivenFacts extends FactReader {
  readonly #answer: Circumstances["facts"];

  constructor(answer: Circumstances["facts"], epochs: Epochs) {
    super(unreachable, "test-host", () => {}, epochs);
    this.#answer = answer;
  }

  override read(fact: AnyFact, args: object): Promise<unknown> {
    return Promise.resolve().then(() => this.#answer(fact, args as Record<string, unknown>));
  }
}

const nowhere = () => Promise.reject(new Error("There is no host behind this port"));
/** The port of a host that is not there. */
export const unreachable = {
  connect: nowhere,
  run: nowhere,
  cancel: nowhere,
  drain: nowhere,
  disconnect: nowhere,
  close: nowhere,
};
