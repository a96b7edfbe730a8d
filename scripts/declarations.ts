/** Emits the declarations of the public interface: what `drover types` writes into a project. */

import { dirname, relative, resolve } from "node:path";
import ts from "typescript";
import type { Declarations } from "../src/project/declarations.ts";
import { COMPILER_OPTIONS } from "./compiler_options.ts";

const ROOT = new URL("../", import.meta.url).pathname.replace(/\/$/, "");
/** Below this name, a virtual file, stands what Deno itself declares. */
const DENO_LIBRARY = `${ROOT}/lib.deno.d.ts`;
const PACKAGES = `${ROOT}/lib.packages.d.ts`;

const OPTIONS: ts.CompilerOptions = {
  ...COMPILER_OPTIONS,
  noUncheckedIndexedAccess: true,
  declaration: true,
  emitDeclarationOnly: true,
  stripInternal: true,
  resolveJsonModule: true,
  newLine: ts.NewLineKind.LineFeed,
};

/**
 * Declarations of everything that the import map calls `drover` or `drover/…`, and of what they refer to.
 *
 * @throws {Error} when a declaration refers to something outside of the program, such as an npm package:
 * a project must type-check with nothing downloaded.
 */
export async function publicDeclarations(): Promise<Declarations> {
  const entries = await publicModules();
  const emitted = await emit([...entries.values()]);
  const names = new Map<string, string>([...entries].map(([name, path]) => [path, `${name}.d.ts`]));
  const found: Record<string, string> = {};
  const left = [...entries.values()];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const name = nameOf(path, names);
    if (found[name] !== undefined) continue;
    const text = emitted.get(path);
    if (text === undefined) throw new Error(`${path} has no declarations`);
    const { rewritten, referred } = rewrite(path, text, names);
    found[name] = rewritten;
    left.push(...referred);
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => a < b ? -1 : 1));
}

/** `drover`, `operations`, `facts` …: the names of the import map that lead into `src/`. */
async function publicModules(): Promise<Map<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)) as {
    imports: Record<string, string>;
  };
  return new Map(
    Object.entries(imports)
      .filter(([name, path]) => /^drover(\/|$)/.test(name) && path.startsWith("./src/"))
      .map(([name, path]) => [name.replace(/^drover\//, ""), resolve(ROOT, path)]),
  );
}

/** Public modules stand at the top, everything else as in `src/` under `types/`. */
function nameOf(path: string, names: ReadonlyMap<string, string>): string {
  return names.get(path) ?? `types/${relative(`${ROOT}/src`, path).replace(/\.ts$/, ".d.ts")}`;
}

/** What TypeScript declares for each source file, by the file's path. */
async function emit(roots: readonly string[]): Promise<Map<string, string>> {
  const virtual = new Map([[DENO_LIBRARY, await denoLibrary()], [PACKAGES, `declare module "*";\n`]]);
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists.call(host, path);
  host.readFile = (path) => virtual.get(path) ?? readFile.call(host, path);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({ resolvedModule: resolveSource(text, from) }));
  const program = ts.createProgram([...roots, DENO_LIBRARY, PACKAGES], OPTIONS, host);
  const emitted = new Map<string, string>();
  program.emit(
    undefined,
    (_path, text, _mark, _error, sources) => {
      const [source] = sources ?? [];
      if (source !== undefined) emitted.set(source.fileName, text);
    },
    undefined,
    true,
  );
  return emitted;
}

function resolveSource(specifier: string, from: string): ts.ResolvedModuleFull | undefined {
  // Packages are implementation: to the declarations they are of any type, and `rewrite` keeps them out.
  if (!specifier.startsWith(".") || specifier.endsWith(".json")) return undefined;
  return { resolvedFileName: resolve(dirname(from), specifier), extension: ts.Extension.Ts };
}

/** What Deno itself declares. Drover may start a Deno that is on `PATH`, which need not be the one that it runs on. */
async function denoLibrary(): Promise<string> {
  for (const program of [Deno.execPath(), "deno"]) {
    const command = new Deno.Command(program, { args: ["types"], stderr: "null" });
    const output = await Promise.resolve().then(() => command.output()).catch(() => undefined);
    if (output?.success) return new TextDecoder().decode(output.stdout);
  }
  throw new Error("no Deno may be started, neither the one that runs nor one on PATH");
}

/** Points a declaration's imports at declarations; `referred` are the source files behind them. */
function rewrite(
  path: string,
  text: string,
  names: ReadonlyMap<string, string>,
): { rewritten: string; referred: string[] } {
  const from = dirname(nameOf(path, names));
  const referred: string[] = [];
  let rewritten = "";
  let end = 0;
  for (const literal of specifiers(ts.createSourceFile("x.d.ts", text, ts.ScriptTarget.ESNext, true))) {
    // Deno brings the types of Node's modules along.
    if (literal.text.startsWith("node:")) continue;
    if (!literal.text.startsWith(".")) throw new Error(`${path}: the declarations refer to ${literal.text}`);
    const source = resolve(dirname(path), literal.text);
    const target = relative(from, nameOf(source, names));
    referred.push(source);
    rewritten += text.slice(end, literal.getStart()) +
      JSON.stringify(target.startsWith(".") ? target : `./${target}`);
    end = literal.getEnd();
  }
  return { rewritten: rewritten + text.slice(end), referred };
}

/** Where a declaration file names other files, in their order. */
function specifiers(file: ts.SourceFile): ts.StringLiteral[] {
  const found: ts.StringLiteral[] = [];
  const visit = (node: ts.Node): void => {
    const named = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
      ? node.argument.literal
      : ts.isModuleDeclaration(node)
      ? node.name
      : undefined;
    if (named !== undefined && ts.isStringLiteral(named)) found.push(named);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.sort((a, b) => a.getStart() - b.getStart());
}
