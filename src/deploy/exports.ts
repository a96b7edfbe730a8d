/** What a file of the user exports for the command line: `./tasks/motd.ts:message`, `./facts/motd.ts:Motd`. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { didYouMean, DroverError } from "../errors/mod.ts";
import type { AnyFact, AnyOperation } from "../host/mod.ts";
import { type Deploy, deploy } from "./deploy.ts";
import { requireFile } from "./files.ts";

/** An export that is named on the command line. */
export interface ExportName {
  /** The file as it was written. */
  file: string;
  export: string;
}

/** Something to run: an operation, or a `deploy()`; a plain function is made one. */
export type Runnable =
  | { kind: "operation"; operation: AnyOperation; file: string }
  | { kind: "deploy"; deploy: Deploy<Record<string, unknown>, unknown>; file: string };

/**
 * The operation, deploy or function of a file.
 *
 * @throws {DroverError} `E_DEPLOY_FILE` if the file is missing, `E_OPERATION_NAME` if it exports no such thing;
 * what the file itself throws passes through.
 */
export async function loadRunnable(name: ExportName): Promise<Runnable> {
  const { file, value, exports } = await loadExport(name, "E_OPERATION_NAME", isRunnable);
  if (isOperation(value)) return { kind: "operation", operation: value, file };
  if (isDeploy(value)) return { kind: "deploy", deploy: value, file };
  if (isFunction(value)) return { kind: "deploy", deploy: deploy(labelOf(name), value), file };
  const hint = isFact(value)
    ? `it is a fact: drover INVENTORY fact ${name.file}:${name.export}`
    : othersHint(exports, isRunnable);
  throw wrongKind("E_OPERATION_NAME", name, "operation, deploy() or function", value, hint);
}

/**
 * The fact of a file.
 *
 * @throws {DroverError} As {@linkcode loadRunnable}, with `E_FACT_NAME`.
 */
export async function loadFact(name: ExportName): Promise<AnyFact> {
  const { value, exports } = await loadExport(name, "E_FACT_NAME", isFact);
  if (isFact(value)) return value;
  const hint = isRunnable(value)
    ? `it can be run: drover INVENTORY ${name.file}:${name.export}`
    : othersHint(exports, isFact);
  throw wrongKind("E_FACT_NAME", name, "fact", value, hint);
}

async function loadExport(
  name: ExportName,
  code: string,
  fits: (value: unknown) => boolean,
): Promise<{ file: string; value: unknown; exports: Record<string, unknown> }> {
  const file = resolve(name.file);
  await requireFile(file, name.file, "file");
  const exports = await import(pathToFileURL(file).href) as Record<string, unknown>;
  if (Object.hasOwn(exports, name.export)) return { file, value: exports[name.export], exports };
  const fitting = Object.keys(exports).filter((one) => fits(exports[one]));
  throw new DroverError(code, `${name.file} exports no "${name.export}"`, {
    hint: didYouMean(name.export, fitting) ?? othersHint(exports, fits),
  });
}

function othersHint(exports: Record<string, unknown>, fits: (value: unknown) => boolean): string {
  const names = Object.keys(exports).filter((one) => fits(exports[one]));
  return names.length === 0 ? "the file exports nothing of that kind" : `it exports ${names.join(", ")}`;
}

function wrongKind(
  code: string,
  name: ExportName,
  wanted: string,
  value: unknown,
  hint: string,
): DroverError {
  const found = Deno.inspect(value, { depth: 0, breakLength: Infinity, strAbbreviateSize: 40 });
  return new DroverError(code, `"${name.export}" of ${name.file} is no ${wanted}: it is ${found}`, { hint });
}

/** What operations inside a function are labelled with; the file's name where the function has none of its own. */
function labelOf(name: ExportName): string {
  return name.export === "default" ? name.file : name.export;
}

function isRunnable(value: unknown): boolean {
  return isOperation(value) || isDeploy(value) || isFunction(value);
}

function isOperation(value: unknown): value is AnyOperation {
  return typeof value === "function" && "operationName" in value && "steps" in value;
}

function isDeploy(value: unknown): value is Deploy<Record<string, unknown>, unknown> {
  return typeof value === "function" && "deployName" in value;
}

function isFunction(value: unknown): value is (args: Record<string, unknown>) => unknown {
  return typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value));
}

function isFact(value: unknown): value is AnyFact {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "fact";
}
