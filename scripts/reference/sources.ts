/** Looks into the sources with TypeScript's own eyes: exports, types and comments. */

import { dirname, resolve } from "node:path";
import ts from "typescript";
import { COMPILER_OPTIONS } from "../compiler_options.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OPTIONS: ts.CompilerOptions = {
  ...COMPILER_OPTIONS,
  noEmit: true,
};

/** Types that are named where they are used, but that everybody knows or that have pages of their own. */
const COMMON = new Set(["ShellCommand", "Secret"]);

/** A type that has a name of its own in the sources. */
export interface FoundType {
  name: string;
  comment: string;
  type: ts.Type;
  /** The text of a type that is not a record. */
  definition: string | undefined;
  parts: ts.Type[];
}

/** The sources of the program, opened. */
export class Sources {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  constructor(program: ts.Program) {
    this.#program = program;
    this.#checker = program.getTypeChecker();
  }

  /** The modules that a `mod.ts` exports as namespaces, sorted by name. */
  namespaces(path: string): ts.Symbol[] {
    const file = this.#program.getSourceFile(ROOT + path)!;
    return this.#checker.getExportsOfModule(this.#checker.getSymbolAtLocation(file)!)
      .toSorted((a, b) => a.name < b.name ? -1 : 1);
  }

  /** What a module exports, in the order of the sources. */
  exportsOf(namespace: ts.Symbol): ts.Symbol[] {
    return this.#checker.getExportsOfModule(this.#module(namespace));
  }

  /** An export of a file, by its name. */
  exported(path: string, name: string): ts.Symbol {
    const file = this.#program.getSourceFile(ROOT + path)!;
    const exports = this.#checker.getExportsOfModule(this.#checker.getSymbolAtLocation(file)!);
    const found = exports.find((symbol) => symbol.name === name);
    if (found === undefined) throw new Error(`${path} exports no ${name}`);
    return found;
  }

  /** The members of a class or an interface that are for everybody, in the order of the sources. */
  publicMembers(symbol: ts.Symbol): ts.Symbol[] {
    const members = this.#checker.getPropertiesOfType(
      this.#checker.getDeclaredTypeOfSymbol(this.#target(symbol)),
    );
    return members.filter((member) =>
      /^\w+$/.test(member.name) && !member.name.startsWith("__") &&
      !member.getJsDocTags(this.#checker).some(({ name }) => name === "internal")
    );
  }

  /** The forms that a method is called in; none of a property. */
  signatures(member: ts.Symbol): { text: string; comment: string }[] {
    if ((member.flags & ts.SymbolFlags.Method) === 0) return [];
    return this.typeOf(member).getCallSignatures().map((signature) => ({
      text: writtenSignature(signature) ?? tidy(member.name + this.#checker.signatureToString(signature)),
      comment: markLinks(ts.displayPartsToString(signature.getDocumentationComment(this.#checker))),
    }));
  }

  /** What a member's `@throws` tells. */
  throws(member: ts.Symbol): string[] {
    return member.getJsDocTags(this.#checker).filter(({ name }) => name === "throws")
      .map(({ text }) => markLinks(ts.displayPartsToString(text)).replace(/^\{[^}]*\}\s*/, ""));
  }

  /** `A` of a constant that is an `Operation<A>`; nothing if it is something else. */
  argumentsOf(symbol: ts.Symbol, generic: string): ts.Type[] | undefined {
    const target = this.#target(symbol);
    const declaration = target.valueDeclaration;
    if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return undefined;
    const type = this.#checker.getTypeOfSymbol(target);
    if (type.symbol?.name === generic) return [...this.#checker.getTypeArguments(type as ts.TypeReference)];
    // An operation with several forms is an intersection with them.
    const parts = type.isIntersection() ? type.types : [];
    const part = parts.find((one) => one.symbol?.name === generic);
    return part === undefined ? undefined : [...this.#checker.getTypeArguments(part as ts.TypeReference)];
  }

  /** The comment of a symbol, its links as `{{Name}}`. */
  comment(symbol: ts.Symbol): string {
    const target = this.#target(symbol);
    return markLinks(ts.displayPartsToString(target.getDocumentationComment(this.#checker)));
  }

  /** The code of the first example. */
  example(symbol: ts.Symbol): string | undefined {
    const tag = this.#target(symbol).getJsDocTags(this.#checker).find((one) => one.name === "example");
    const text = ts.displayPartsToString(tag?.text).trim();
    return text === "" ? undefined : text.replace(/^```\w*\n|\n```$/g, "");
  }

  /** The comment at the beginning of a module's file. */
  fileComment(namespace: ts.Symbol): string {
    const text = (this.#module(namespace).valueDeclaration as ts.SourceFile).text;
    const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
    return comment.replace(/^\s*\* ?/gm, "").trim();
  }

  /** `files.File` for each fact that the files of a module import. */
  importedFacts(namespace: ts.Symbol): string[] {
    const found = new Set<string>();
    const start = (this.#module(namespace).valueDeclaration as ts.SourceFile).fileName;
    const files = start.endsWith("/mod.ts")
      ? this.#program.getSourceFiles().filter((file) => dirname(file.fileName) === dirname(start))
      : [this.#program.getSourceFile(start)!];
    for (const file of files) {
      for (const statement of file.statements) {
        if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
        const module = /\/facts\/(\w+?)(?:\/mod)?\.ts$/.exec(statement.moduleSpecifier.text)?.[1];
        const names = statement.importClause?.namedBindings;
        if (module === undefined || names === undefined || !ts.isNamedImports(names)) continue;
        for (const element of names.elements) {
          const symbol = this.#checker.getSymbolAtLocation(element.name);
          if (symbol === undefined || this.argumentsOf(symbol, "Fact") === undefined) continue;
          found.add(`${module}.${(element.propertyName ?? element.name).text}`);
        }
      }
    }
    return [...found].sort();
  }

  propertiesOf(type: ts.Type): ts.Symbol[] {
    return this.#checker.getPropertiesOfType(type);
  }

  isOptional(symbol: ts.Symbol): boolean {
    return (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  }

  typeOf(symbol: ts.Symbol): ts.Type {
    return this.#checker.getTypeOfSymbol(symbol);
  }

  /** A property's type as its author wrote it. */
  declaredType(property: ts.Symbol): string {
    const signature = property.declarations?.find((one) => ts.isPropertySignature(one));
    const isGeneric = signature !== undefined && ts.isInterfaceDeclaration(signature.parent) &&
      signature.parent.typeParameters !== undefined;
    const written = isGeneric ? undefined : signature?.type?.getText();
    const text = written ?? this.#checker.typeToString(this.typeOf(property));
    // An argument that may be left out may be given as undefined: that is said by its being optional.
    return this.isOptional(property) ? tidy(text).replace(/ \| undefined$/, "") : tidy(text);
  }

  typeText(type: ts.Type): string {
    return tidy(this.#checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation));
  }

  /** The named types that a type consists of, not those inside of them. */
  namedTypes(type: ts.Type): FoundType[] {
    const alias = type.aliasSymbol;
    if (alias !== undefined && this.#isOurs(alias)) {
      const node = alias.declarations?.find((one) => ts.isTypeAliasDeclaration(one));
      const definition = tidy(node?.type.getText() ?? this.typeText(type));
      const comment = this.comment(alias);
      return [{ name: alias.name, comment, type, definition, parts: this.#parts(type) }];
    }
    const { symbol } = type;
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Interface) !== 0 && this.#isOurs(symbol)) {
      return [{ name: symbol.name, comment: this.comment(symbol), type, definition: undefined, parts: [] }];
    }
    return this.#parts(type).flatMap((part) => this.namedTypes(part));
  }

  #parts(type: ts.Type): ts.Type[] {
    if (type.isUnionOrIntersection()) return type.types;
    const inner = [...this.#checker.getTypeArguments(type as ts.TypeReference) ?? []];
    const values = this.#checker.getIndexInfosOfType(type).map((info) => info.type);
    const isLiteral = type.symbol?.name === "__type" && values.length === 0;
    const fields = isLiteral ? type.getProperties().map((one) => this.typeOf(one)) : [];
    return [...inner, ...(type.aliasTypeArguments ?? []), ...values, ...fields].filter((one) => one !== type);
  }

  #isOurs(symbol: ts.Symbol): boolean {
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
    return file.startsWith(`${ROOT}src/`) && !COMMON.has(symbol.name);
  }

  #target(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : this.#checker.getAliasedSymbol(symbol);
  }

  /** The module behind `import * as name` or `export * as name`. */
  #module(namespace: ts.Symbol): ts.Symbol {
    return this.#target(namespace);
  }
}

/** Opens files and all that they import, packages excepted. */
export async function openSources(paths: readonly string[]): Promise<Sources> {
  const library = `${ROOT}/lib.deno.d.ts`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["types"] }).output();
  const text = new TextDecoder().decode(stdout);
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => path === library || fileExists.call(host, path);
  host.readFile = (path) => path === library ? text : readFile.call(host, path);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text: name }) => ({
      resolvedModule: name.startsWith(".") && name.endsWith(".ts")
        ? { resolvedFileName: resolve(dirname(from), name), extension: ts.Extension.Ts }
        : undefined,
    }));
  return new Sources(ts.createProgram([...paths.map((path) => ROOT + path), library], OPTIONS, host));
}

/** A method as its author wrote it, without its body. */
function writtenSignature({ declaration }: ts.Signature): string | undefined {
  if (declaration === undefined || !ts.isMethodDeclaration(declaration) || declaration.type === undefined) {
    return undefined;
  }
  const { name, type } = declaration;
  const text = tidy(declaration.getSourceFile().text.slice(name.getStart(), type.end));
  return text.replace(/\(\s+/, "(").replace(/,?\s+\)/, ")");
}

/** Links of a comment become `{{Name}}`: code that leads somewhere, unlike names that only look alike. */
function markLinks(text: string): string {
  return text.replace(
    /\{@link(?:code)? ([^}|]+?)(?:\s*\|[^}]*)?\}/g,
    (_, name: string) => `{{${name.trim()}}}`,
  );
}

function tidy(type: string): string {
  return type.replace(/\s+/g, " ").replace(/^readonly (?=[\w(])/, "").trim();
}
