/** The Python files of a project: what each is for, which of them import each other, and which functions wait. */

import {
  blocksOf,
  dottedName,
  everyExpression,
  type Expression,
  type FunctionDefinition,
  literalText,
  type Parameter,
  type Statement,
} from "./ast.ts";
import { parsePython, type PythonFile } from "./parse.ts";
import { NoPython } from "./read_expressions.ts";
import { all, ANY, either, type Type, typeOfLiteral } from "./value_types.ts";

/** What a file is for. */
export type Role = "inventory" | "data" | "config" | "deploy" | "module";

/** What a name of a file stands for. */
export type Binding =
  /** Something of Python's or pyinfra's: `os.path`, `pyinfra.operations.files.put`. */
  | { is: "path"; path: string }
  /** Another file of the project. */
  | { is: "file"; file: string }
  /** What another file of the project defines. */
  | { is: "imported"; file: string; name: string }
  | { is: "variable"; type: Type; name: string }
  | { is: "function"; info: FunctionInfo; name: string };

/** A function of the project. */
export interface FunctionInfo {
  definition: FunctionDefinition;
  /** Whether something in it is awaited. */
  isAsync: boolean;
  /** Packaged with `@deploy`. */
  isDeploy: boolean;
}

/** A file of Python with what is known of it. */
export interface Module {
  /** From the project's directory, with `/`. */
  path: string;
  role: Role;
  python: PythonFile;
  imports: ReadonlyMap<string, Binding>;
  /** Every function, also those inside others. */
  functions: ReadonlyMap<FunctionDefinition, FunctionInfo>;
  /** Names that other files import. */
  exported: Set<string>;
  /** Names of the file that did not come over, once it is written. */
  lost: Map<string, string>;
}

/** All files together. */
export interface Project {
  /** Where what keeps Python's meaning is written. */
  pythonFile: string;
  modules: ReadonlyMap<string, Module>;
  /** What `host.data` holds, by key. */
  dataTypes: ReadonlyMap<string, Type>;
}

/** A file that could not be read as Python. */
export interface BrokenFile {
  path: string;
  problem: NoPython;
}

/** Reads the files of a project; `texts` are their contents by path. */
export function readProject(texts: ReadonlyMap<string, string>): { project: Project; broken: BrokenFile[] } {
  const broken: BrokenFile[] = [];
  const parsed = new Map<string, PythonFile>();
  for (const [path, text] of texts) {
    try {
      parsed.set(path, parsePython(text));
    } catch (problem) {
      if (problem instanceof NoPython) broken.push({ path, problem });
      else if (problem instanceof RangeError) broken.push({ path, problem: tooDeep() });
      else throw problem;
    }
  }
  const modules = new Map<string, Module>();
  const paths = new Set(parsed.keys());
  for (const [path, python] of parsed) {
    modules.set(path, {
      path,
      role: "module",
      python,
      imports: importsOf(path, python.statements, paths),
      functions: functionsOf(python.statements),
      exported: new Set(),
      lost: new Map(),
    });
  }
  noteExports(modules);
  const imported = new Set([...modules.values()].flatMap((one) => [...one.imports.values()].flatMap(fileOf)));
  for (const module of modules.values()) module.role = roleOf(module, imported.has(module.path));
  settleAsync(modules);
  const pythonFile = texts.has("python.py") ? "from_python.ts" : "python.ts";
  return { project: { pythonFile, modules, dataTypes: dataTypesOf(modules) }, broken };
}

/** What is nested thousands of times was not written by a person, and cannot be followed. */
export function tooDeep(): NoPython {
  return new NoPython("this is nested too deeply to be followed", 1, 1);
}

/** All files, each behind those that it imports. */
export function inOrder({ modules }: Project): Module[] {
  const order = new Set<Module>();
  const visit = (module: Module, on: readonly Module[]) => {
    if (order.has(module) || on.includes(module)) return;
    for (const file of [...module.imports.values()].flatMap(fileOf)) {
      const imported = modules.get(file);
      if (imported !== undefined) visit(imported, [...on, module]);
    }
    order.add(module);
  };
  for (const module of modules.values()) visit(module, []);
  return [...order];
}

function fileOf(binding: Binding): string[] {
  return binding.is === "file" || binding.is === "imported" ? [binding.file] : [];
}

/** Every statement at any depth. */
export function* everyStatement(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    for (const block of blocksOf(statement)) yield* everyStatement(block);
  }
}

function importsOf(
  path: string,
  statements: readonly Statement[],
  files: ReadonlySet<string>,
): Map<string, Binding> {
  const found = new Map<string, Binding>();
  for (const statement of everyStatement(statements)) {
    if (statement.kind === "import") {
      for (const { name, as } of statement.names) {
        const own = ownFile(path, name, files);
        const first = name.split(".")[0]!;
        if (own !== undefined) found.set(as, { is: "file", file: own });
        else if (as === name) found.set(first, { is: "path", path: first });
        else found.set(as, { is: "path", path: name });
      }
    } else if (statement.kind === "from") {
      for (const { name, as } of statement.names) {
        found.set(as, fromImport(path, statement.module, name, files));
      }
    }
  }
  return found;
}

function fromImport(path: string, from: string, name: string, files: ReadonlySet<string>): Binding {
  const asFile = ownFile(path, from.endsWith(".") ? `${from}${name}` : `${from}.${name}`, files);
  if (asFile !== undefined) return { is: "file", file: asFile };
  const own = ownFile(path, from, files);
  if (own !== undefined) return { is: "imported", file: own, name };
  return { is: "path", path: `${from}.${name}` };
}

/** The file of the project that a module's name means, looked for beside the importing file and at the top. */
function ownFile(path: string, name: string, files: ReadonlySet<string>): string | undefined {
  const [, dots = "", rest = ""] = /^(\.*)(.*)$/.exec(name) ?? [];
  const folder = path.split("/").slice(0, -1);
  const starts = dots === "" ? [folder, []] : [folder.slice(0, folder.length - dots.length + 1)];
  for (const start of starts) {
    const base = [...start, ...rest.split(".").filter((one) => one !== "")].join("/");
    for (const candidate of [`${base}.py`, `${base}/__init__.py`]) {
      if (files.has(candidate) && candidate !== path) return candidate;
    }
  }
  return undefined;
}

function noteExports(modules: ReadonlyMap<string, Module>): void {
  for (const { imports, python } of modules.values()) {
    for (const binding of imports.values()) {
      if (binding.is === "imported") modules.get(binding.file)?.exported.add(binding.name);
    }
    for (const expression of everyExpression(python.statements)) {
      if (expression.kind !== "attribute" || expression.object.kind !== "name") continue;
      const binding = imports.get(expression.object.name);
      if (binding?.is === "file") modules.get(binding.file)?.exported.add(expression.name);
    }
  }
}

function functionsOf(statements: readonly Statement[]): Map<FunctionDefinition, FunctionInfo> {
  const found = new Map<FunctionDefinition, FunctionInfo>();
  for (const statement of everyStatement(statements)) {
    if (statement.kind === "function") {
      found.set(statement, { definition: statement, isAsync: false, isDeploy: false });
    }
  }
  return found;
}

/** What a chain of names stands for: `files.put` as `pyinfra.operations.files.put`. */
export function pathOf(
  expression: Expression,
  lookUp: (name: string) => Binding | undefined,
): string | undefined {
  const dotted = dottedName(expression);
  if (dotted === undefined) return undefined;
  const [first = "", ...rest] = dotted.split(".");
  const binding = lookUp(first);
  return binding?.is === "path" ? [binding.path, ...rest].join(".") : undefined;
}

const NAME_OF_INVENTORY = /(^|\/)(inventor\w*(\/.*)?|hosts)\.py$/;

function roleOf(module: Module, isImported: boolean): Role {
  const { path, imports, python: { statements } } = module;
  if (/(^|\/)group_data\//.test(path)) return "data";
  const paths = [...imports.values()].flatMap((one) => one.is === "path" ? [one.path] : []);
  const deploys = paths.some((one) =>
    /^pyinfra\.(operations|facts|host|local|api)\b/.test(one) || one === "pyinfra"
  );
  if (/(^|\/)config\.py$/.test(path) && !deploys && !isImported) return "config";
  const plain = statements.every((one) =>
    ["assign", "comment", "import", "from", "for", "if", "function"].includes(one.kind) ||
    one.kind === "expression" && one.value.kind === "string"
  );
  const hasHosts = statements.some((one) => one.kind === "assign" && isHostList(one.value));
  if (!deploys && !isImported && hasHosts && (NAME_OF_INVENTORY.test(path) || plain)) return "inventory";
  return deploys && !isImported ? "deploy" : "module";
}

/** Whether a value is what pyinfra takes for a group: hosts, or a tuple of hosts and data. */
export function isHostList(value: Expression | undefined): boolean {
  if (value?.kind === "tuple" && value.items.length === 2 && value.items[1]!.value.kind === "dictionary") {
    return value.items[0]!.value.kind === "list" && isHostList(value.items[0]!.value);
  }
  return value?.kind === "list" && value.items.every(({ value: item }) => {
    if (item.kind === "string") return true;
    return item.kind === "tuple" && item.items.length === 2 && item.items[0]!.value.kind === "string";
  });
}

/** Calls that are awaited wherever they stand. */
const AWAITED_PATHS = /^(pyinfra\.operations\.\w+(?:\.\w+){1,2}|pyinfra\.local\.(include|shell))$/;
const AWAITED_METHODS = new Set(["get_fact", "connect", "read_text", "read"]);

/** Finds the functions that wait for something, and those that call them. */
function settleAsync(modules: ReadonlyMap<string, Module>): void {
  for (const module of modules.values()) {
    const lookUp = (name: string) => module.imports.get(name);
    for (const info of module.functions.values()) {
      const { decorators, body } = info.definition;
      info.isDeploy = decorators.some((one) => {
        const called = one.kind === "call" ? one.called : one;
        return /^pyinfra\.api\.(deploy\.)?deploy$/.test(pathOf(called, lookUp) ?? "");
      });
      info.isAsync = info.isDeploy || waits(body, lookUp);
    }
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const module of modules.values()) {
      for (const info of module.functions.values()) {
        if (info.isAsync) continue;
        const called = [...everyExpression(info.definition.body)].flatMap((one) =>
          one.kind === "call" ? calledFunctions(one.called, module, modules) : []
        );
        if (called.some((one) => one.isAsync)) changed = info.isAsync = true;
      }
    }
  }
}

function waits(body: readonly Statement[], lookUp: (name: string) => Binding | undefined): boolean {
  for (const expression of everyExpression(body, () => false)) {
    if (expression.kind !== "call") continue;
    const { called } = expression;
    if (AWAITED_PATHS.test(pathOf(called, lookUp) ?? "")) return true;
    if (called.kind === "attribute" && AWAITED_METHODS.has(called.name)) return true;
  }
  for (const statement of everyStatement(body)) if (statement.kind === "with") return true;
  return false;
}

/** The functions of the project that a called expression may mean. */
export function calledFunctions(
  called: Expression,
  module: Module,
  modules: ReadonlyMap<string, Module>,
): FunctionInfo[] {
  const named = (one: Module | undefined, name: string) =>
    [...one?.functions.values() ?? []].filter(({ definition }) => definition.name === name);
  if (called.kind === "name") {
    const binding = module.imports.get(called.name);
    if (binding?.is === "imported") return named(modules.get(binding.file), binding.name);
    return named(module, called.name);
  }
  if (called.kind !== "attribute" || called.object.kind !== "name") return [];
  const binding = module.imports.get(called.object.name);
  return binding?.is === "file" ? named(modules.get(binding.file), called.name) : [];
}

/** What is known of the data of hosts: from group data, and from data beside hosts and groups. */
function dataTypesOf(modules: ReadonlyMap<string, Module>): Map<string, Type> {
  const found = new Map<string, Type>();
  const note = (key: string, type: Type) => {
    const known = found.get(key);
    found.set(key, known === undefined ? type : either(known, type));
  };
  for (const { role, python: { statements } } of modules.values()) {
    if (role !== "data" && role !== "inventory") continue;
    const variables = new Map<string, Type>();
    const lookUp = (name: string) => variables.get(name) ?? ANY;
    for (const statement of everyStatement(statements)) {
      if (statement.kind !== "assign") continue;
      const type = statement.value === undefined ? ANY : typeOfLiteral(statement.value, lookUp);
      for (const target of statement.targets) {
        if (target.kind !== "name") continue;
        variables.set(
          target.name,
          variables.has(target.name) ? all([variables.get(target.name)!, type]) : type,
        );
        if (role === "data") note(target.name, type);
      }
    }
    if (role !== "inventory") continue;
    for (const expression of everyExpression(statements)) {
      if (expression.kind !== "dictionary") continue;
      for (const { key, value } of expression.entries) {
        const name = literalText(key);
        if (name !== undefined) note(name, typeOfLiteral(value, lookUp));
      }
    }
  }
  return found;
}

/** The parameters of a function in the order in which TypeScript takes them. */
export function positional(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter(({ kind }) => kind === "plain" || kind === "keyword");
}
