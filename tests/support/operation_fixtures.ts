/** Runs operations as fixtures describe it: arguments, facts and local files in; steps and notes out. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  Download,
  FunctionCall,
  ShellCommand,
  type Step,
  StepWithOptions,
  Upload,
} from "../../src/command/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import {
  type AnyFact,
  type AnyOperation,
  definedOperations,
  type LocalFiles,
  type LocalInfo,
  requireScope,
} from "../../src/host/mod.ts";
import "../../src/operations/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { isRecord, withoutNothing } from "./fixtures.ts";

/** A case of an operation. */
export interface OperationFixture {
  /** What it shows, in one sentence. */
  about: string;
  args: Record<string, unknown>;
  /** Answers to facts; a fact that is not among them prints nothing. */
  facts?: GivenFact[];
  /** Local files by their absolute paths: content, or `{ content?, mode?, mtime?, link? }`. */
  local?: Record<string, LocalFile>;
  /** Shows differences, as with `--diff`. */
  diff?: boolean;
  /** The connector arguments of the operation. */
  connector?: Record<string, unknown>;
  /** What it yields: text is a command. Nothing where it is left out. */
  steps?: unknown[];
  /** What it says of nothing to do. */
  noop?: string[];
  /** Whether it creates or removes. */
  effect?: string;
  /** The differences that it shows. */
  diffs?: { path: string; before?: string; after?: string }[];
  error?: { code: string; message: string };
}

export const OPERATION_KEYS = [
  "about",
  "args",
  "facts",
  "local",
  "diff",
  "connector",
  "steps",
  "noop",
  "effect",
  "diffs",
  "error",
] as const;

interface GivenFact {
  fact: string;
  /** For these arguments only. */
  args?: Record<string, unknown>;
  /** What it reads; nothing where it is left out. */
  value?: unknown;
  /** It cannot be read. */
  fails?: boolean;
}

type LocalFile = string | Uint8Array | LocalDetails | null;

interface LocalDetails {
  content?: string | Uint8Array;
  /** Octal digits. */
  mode?: string;
  mtime?: Date;
  /** What it points to, if it is a link. */
  link?: string;
}

/** What came of an operation. */
export type Outcome = Pick<OperationFixture, "steps" | "noop" | "effect" | "diffs" | "error">;

/** The project of the fixtures: its deploy file is `/project/deploy.ts`. */
const DEPLOY_FILE = "/project/deploy.ts";

/**
 * Runs the operation of a fixture.
 *
 * @param strict Whether facts that are given and never asked are an error.
 */
export async function runOperation(
  subject: string,
  fixture: OperationFixture,
  { strict }: { strict: boolean } = { strict: true },
): Promise<Outcome> {
  const operation = definedOperations().get(subject);
  assert.ok(operation, `there is no operation ${subject}`);
  const used = new Set<GivenFact>();
  try {
    const { steps, notes } = await collectSteps(inCircumstances(operation, fixture), fixture.args, {
      facts: (fact, args) => answer(fact, args, fixture.facts ?? [], used),
      deployFile: DEPLOY_FILE,
      localFiles: localFiles(fixture.local ?? {}),
      freshNames: {
        timestamp: () => "20260131T120000.000Z",
        temporary: () => ".drover-temporary",
        kept: () => "drover-kept",
      },
    });
    const unused = (fixture.facts ?? []).filter((one) => !used.has(one));
    if (strict) assert.deepEqual(unused, [], "facts that were never asked");
    return {
      steps: steps.map(spell),
      noop: notes.filter((note) => note.kind === "noop").map(({ text }) => text),
      effect: notes.findLast((note) => note.kind === "effect")?.effect!,
      diffs: notes.filter((note) => note.kind === "diff").map(({ diff }) => diff as never),
    };
  } catch (thrown) {
    if (!(thrown instanceof DroverError)) throw thrown;
    return { error: { code: thrown.code, message: thrown.message } };
  }
}

/** Steps begin in the scope of the operation, whose options are set there. */
function inCircumstances(operation: AnyOperation, { diff, connector }: OperationFixture): AnyOperation {
  const steps = (args: object) => {
    const scope = requireScope("a fixture");
    scope.config.diff = diff ?? false;
    Object.assign(scope.operation!.connector, connector);
    return operation.steps(args);
  };
  return Object.assign((() => {}) as unknown as AnyOperation, { ...operation, steps });
}

function answer(
  fact: AnyFact,
  args: Record<string, unknown>,
  given: readonly GivenFact[],
  used: Set<GivenFact>,
): unknown {
  const isMeant = (one: GivenFact) =>
    one.fact === fact.name && (one.args === undefined || sameArguments(one.args, args));
  const found = given.find((one) => one.args !== undefined && isMeant(one)) ?? given.find(isMeant);
  if (found === undefined) return fact.default === undefined ? fact.process([], args) : fact.default(args);
  used.add(found);
  if (found.fails) throw new DroverError("E_FACT", `The fact ${fact.name} cannot be read`);
  return withoutNothing(found.value);
}

function sameArguments(left: object, right: object): boolean {
  const spelled = (args: object) =>
    JSON.stringify(
      Object.entries(withoutNothing(args) as object).sort(([a], [b]) => a < b ? -1 : 1),
      (_key, value) => value instanceof ShellCommand ? value.raw : value,
    );
  return spelled(left) === spelled(right);
}

/** A step as fixtures write it. */
function spell(step: Step): unknown {
  if (typeof step === "string") return step;
  if (step instanceof ShellCommand) {
    return step.raw === String(step) ? step.raw : { command: step.raw, shown: String(step) };
  }
  if (step instanceof Upload) return spellUpload(step);
  if (step instanceof Download) {
    return { download: step.src, to: step.dest, ...(step.createDirectory ? { createDirectory: true } : {}) };
  }
  if (step instanceof StepWithOptions) {
    const inner = spell(step.step);
    return { ...(isRecord(inner) ? inner : { command: inner }), options: withoutNothing(step.options) };
  }
  return step instanceof FunctionCall ? { call: step.label } : step;
}

function spellUpload({ source, dest, user, group, mode, follow, secret }: Upload): unknown {
  const what = source.kind === "file" ? { uploadFile: source.path } : { upload: decode(source.bytes) };
  return withoutNothing({
    ...what,
    to: dest,
    user,
    group,
    mode,
    follow: follow || undefined,
    secret: secret || undefined,
  });
}

/** Bytes as text; those that are no text as a list of numbers. */
function decode(bytes: Uint8Array): string | number[] {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return [...bytes];
  }
}

/** Everything that a fixture's commands consist of, as a shell would read it. */
export function commandsOf({ steps = [] }: Outcome): string[] {
  return steps.flatMap((step) => {
    if (typeof step === "string") return [step];
    return isRecord(step) && typeof step.command === "string" ? [step.command] : [];
  });
}

/** A tree that exists only in the fixture; directories are those that something is in, or that end in `/`. */
function localFiles(files: Record<string, LocalFile>): LocalFiles {
  const entries = new Map<string, LocalInfo & { bytes: Uint8Array; link: string }>();
  const add = (path: string, kind: LocalInfo["kind"], mode: number, file: LocalFile) => {
    const given = (isRecord(file) ? file : { content: file ?? "" }) as LocalDetails;
    const { content = "", mtime = new Date(0), link = "" } = given;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const bits = given.mode === undefined ? mode : parseInt(given.mode, 8);
    entries.set(path, { kind, mode: bits, size: bytes.length, atime: mtime, mtime, bytes, link });
  };
  add("/", "directory", 0o755, null);
  for (const [path, file] of Object.entries({ "/project/": null, ...files })) {
    const parts = path.split("/").filter(Boolean);
    const parents = parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
    for (const parent of parents) if (!entries.has(parent)) add(parent, "directory", 0o755, null);
    const isDirectory = path.endsWith("/");
    const kind = isDirectory ? "directory" : isRecord(file) && "link" in file ? "link" : "file";
    add(`/${parts.join("/")}`, kind, isDirectory ? 0o755 : 0o644, file as LocalFile);
  }
  const find = (path: string) => entries.get(path.length > 1 ? path.replace(/\/+$/, "") : path);
  const require = (path: string) => find(path) ?? assert.fail(`there is no local ${path}`);
  return {
    info: (path) => Promise.resolve(find(path)),
    read: (path) => Promise.resolve(require(path).bytes),
    digest: (path, algorithm) =>
      Promise.resolve(createHash(algorithm).update(require(path).bytes).digest("hex")),
    list: (path) => {
      const start = path === "/" ? "/" : `${path}/`;
      const inside = [...entries.keys()].filter((one) => one.startsWith(start) && one !== path);
      return Promise.resolve(
        inside.map((one) => one.slice(start.length)).filter((one) => !one.includes("/")).sort(),
      );
    },
    readLink: (path) => Promise.resolve(require(path).link),
  };
}
