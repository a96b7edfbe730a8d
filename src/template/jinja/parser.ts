/** Reads a template's statements. */

import { didYouMean } from "../../errors/mod.ts";
import { ExpressionParser } from "./expression_parser.ts";
import { SyntaxFault, tokenize } from "./lexer.ts";
import type { JinjaOptions } from "./options.ts";
import {
  type BlockDefinition,
  type Expression,
  type MacroDefinition,
  readsName,
  type Statement,
  type Target,
} from "./syntax.ts";

/** A template that has been read. */
export interface ParsedTemplate {
  body: Statement[];
  blocks: ReadonlyMap<string, BlockDefinition>;
}

const STATEMENTS = [
  "for,if,set,macro,call,filter,with,autoescape,block,extends,include,import,from,print,raw",
].flatMap((names) => names.split(","));

/**
 * Reads a template.
 *
 * @throws {SyntaxFault} Where it is no template.
 */
export function parseTemplate(source: string, options: JinjaOptions): ParsedTemplate {
  const parser = new Parser(new ExpressionParser(tokenize(source, options)), options.extraStatements);
  const body = parser.template();
  const blocks = new Map<string, BlockDefinition>();
  for (const block of parser.blocks) {
    if (blocks.has(block.name)) {
      throw new SyntaxFault(`the block "${block.name}" is defined twice`, block.line);
    }
    blocks.set(block.name, block);
  }
  return { body, blocks };
}

class Parser {
  /** The blocks that were read, those inside of others too. */
  readonly blocks: BlockDefinition[] = [];
  /** The statements that are open, the innermost last. */
  readonly #open: { name: string; line: number }[] = [];

  constructor(readonly tokens: ExpressionParser, readonly extra: ReadonlySet<string>) {}

  template(): Statement[] {
    const body = this.#statements([]);
    if (this.tokens.current.kind !== "end") this.#unknown();
    return body;
  }

  /** Statements up to a tag that begins with one of the names; it is left where it is. */
  #statements(ends: readonly string[]): Statement[] {
    const body: Statement[] = [];
    const { tokens } = this;
    while (tokens.current.kind !== "end") {
      const { kind, value, line } = tokens.next();
      if (kind === "text") body.push({ kind: "text", text: value, line });
      else if (kind === "variable_begin") {
        body.push({ kind: "print", values: [tokens.tuple()], line });
        this.#expectEnd("variable_end");
      } else {
        if (tokens.current.kind === "name" && ends.includes(tokens.current.value)) return body;
        body.push(this.#statement());
        this.#expectEnd("block_end");
      }
    }
    if (ends.length === 0) return body;
    const expected = ends.map((name) => `{% ${name} %}`).join(" or ");
    const { name, line } = this.#open.at(-1)!;
    throw new SyntaxFault(`{% ${name} %} does not end: ${expected} is missing`, line);
  }

  #expectEnd(kind: "variable_end" | "block_end"): void {
    if (this.tokens.current.kind !== kind) this.tokens.fail("the end of the tag");
    this.tokens.next();
  }

  #statement(): Statement {
    const { line, value, kind } = this.tokens.current;
    if (kind !== "name") return this.tokens.fail("the name of a statement");
    if (!Object.hasOwn(this.#readers, value)) return this.#unknown();
    this.#open.push({ name: value, line });
    this.tokens.next();
    const statement = this.#readers[value]!(line);
    this.#open.pop();
    return statement;
  }

  #unknown(): never {
    const { value, line } = this.tokens.current;
    const inside = this.#open.at(-1)?.name;
    if (value.startsWith("end") || value === "else" || value === "elif") {
      const open = inside === undefined ? "nothing is open" : `{% ${inside} %} is open`;
      throw new SyntaxFault(`unexpected {% ${value} %}: ${open}`, line);
    }
    const hint = didYouMean(value, STATEMENTS) ?? `the statements are ${STATEMENTS.join(", ")}`;
    throw new SyntaxFault(`unknown statement "${value}"`, line, hint);
  }

  readonly #readers: Readonly<Record<string, (line: number) => Statement>> = {
    for: (line) => this.#for(line),
    if: (line) => this.#if(line),
    set: (line) => this.#set(line),
    macro: (line) => {
      const name = this.tokens.nameTarget();
      return { kind: "macro", macro: this.#macro(name, this.#parameters(), "endmacro"), line };
    },
    call: (line) => this.#callBlock(line),
    filter: (line) => {
      const filter = this.tokens.filters(undefined, true)!;
      return { kind: "filter_block", filter, body: this.#body("endfilter"), line };
    },
    with: (line) => this.#with(line),
    autoescape: (line) => ({
      kind: "autoescape",
      on: this.tokens.expression(),
      body: this.#body("endautoescape"),
      line,
    }),
    block: (line) => this.#block(line),
    extends: (line) => {
      if (this.#open.some(({ name }) => name !== "if" && name !== "extends")) {
        throw new SyntaxFault("{% extends %} stands inside of another statement", line);
      }
      return { kind: "extends", template: this.tokens.expression(), line };
    },
    include: (line) => {
      const template = this.tokens.expression();
      const ignoreMissing = this.tokens.isName("ignore") &&
        this.tokens.isName("missing", this.tokens.following);
      if (ignoreMissing) {
        this.tokens.next();
        this.tokens.next();
      }
      return { kind: "include", template, ignoreMissing, withContext: this.#context() ?? true, line };
    },
    import: (line) => {
      const template = this.tokens.expression();
      if (!this.tokens.skipName("as")) this.tokens.fail('"as"');
      const name = this.tokens.nameTarget();
      return { kind: "import", template, name, withContext: this.#context() ?? false, line };
    },
    from: (line) => this.#fromImport(line),
    print: (line) => {
      const values: Expression[] = [];
      while (this.tokens.current.kind !== "block_end") {
        if (values.length > 0) this.tokens.expectOperator(",");
        values.push(this.tokens.expression());
      }
      return { kind: "print", values, line };
    },
    do: (line) =>
      this.extra.has("do") ? { kind: "do", value: this.tokens.tuple(), line } : this.#notAskedFor("do", line),
    break: (line) => this.#loopControl("break", line),
    continue: (line) => this.#loopControl("continue", line),
  };

  #notAskedFor(name: string, line: number): never {
    const extension = name === "do" ? "jinja2.ext.do" : "jinja2.ext.loopcontrols";
    const hint = `ask for it: jinjaEnvKwargs: { extensions: ["${extension}"] }`;
    throw new SyntaxFault(`the statement "${name}" is no part of Jinja2's standard`, line, hint);
  }

  #loopControl(kind: "break" | "continue", line: number): Statement {
    if (!this.extra.has(kind)) return this.#notAskedFor(kind, line);
    const inner = this.#open.findLast(({ name }) => ["for", "macro", "call", "block"].includes(name));
    if (inner?.name !== "for") throw new SyntaxFault(`{% ${kind} %} stands outside of a loop`, line);
    return { kind, line };
  }

  #for(line: number): Statement {
    const { tokens } = this;
    const target = tokens.target({ end: "in" });
    if (namesOf(target).includes("loop")) throw new SyntaxFault('"loop" cannot be assigned to', line);
    if (!tokens.skipName("in")) tokens.fail('"in"');
    const items = tokens.tuple({ conditional: false, end: "recursive" });
    const filter = tokens.skipName("if") ? tokens.expression() : undefined;
    const recursive = tokens.skipName("recursive");
    const blocksBefore = this.blocks.length;
    const body = this.#bodyUpTo(["endfor", "else"]);
    const hasScoped = this.blocks.slice(blocksBefore).some(({ scoped }) => scoped);
    const otherwise = tokens.next().value === "else" ? this.#body("endfor") : [];
    const hasLoop = recursive || hasScoped || readsName(body, "loop");
    return { kind: "for", loop: { target, items, filter, recursive, body, otherwise, hasLoop }, line };
  }

  #if(line: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    while (true) {
      const test = this.tokens.tuple({ conditional: false });
      branches.push({ test, body: this.#bodyUpTo(["elif", "else", "endif"]) });
      const { value } = this.tokens.next();
      if (value === "elif") continue;
      return { kind: "if", branches, otherwise: value === "else" ? this.#body("endif") : [], line };
    }
  }

  #set(line: number): Statement {
    const target = this.tokens.target({ namespace: true });
    if (this.tokens.skipOperator("=")) return { kind: "set", target, value: this.tokens.tuple(), line };
    const filter = this.tokens.filters(undefined);
    return { kind: "set_block", target, filter, body: this.#body("endset"), line };
  }

  #parameters(): MacroDefinition["parameters"] {
    const { tokens } = this;
    const parameters: MacroDefinition["parameters"] = [];
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (parameters.length > 0) tokens.expectOperator(",");
      const { line } = tokens.current;
      const name = tokens.nameTarget();
      const value = tokens.skipOperator("=") ? tokens.expression() : undefined;
      if (value === undefined && parameters.at(-1)?.default !== undefined) {
        throw new SyntaxFault(`the parameter "${name}" has no default, but one before it has`, line);
      }
      if (parameters.some((other) => other.name === name)) {
        throw new SyntaxFault(`there are two parameters "${name}"`, line);
      }
      parameters.push({ name, default: value });
    }
    return parameters;
  }

  #macro(name: string | undefined, parameters: MacroDefinition["parameters"], end: string): MacroDefinition {
    const body = this.#body(end);
    const uses = new Set(["caller", "kwargs", "varargs"].filter((one) => readsName([body, parameters], one)));
    return { name, parameters, body, uses };
  }

  #callBlock(line: number): Statement {
    const parameters = this.tokens.isOperator("(") ? this.#parameters() : [];
    const call = this.tokens.expression();
    if (call.kind !== "call") throw new SyntaxFault("{% call %} needs a call", line);
    return { kind: "call_block", call, macro: this.#macro(undefined, parameters, "endcall"), line };
  }

  #with(line: number): Statement {
    const targets: Target[] = [];
    const values: Expression[] = [];
    while (this.tokens.current.kind !== "block_end" && !this.tokens.isOperator(":")) {
      if (targets.length > 0) this.tokens.expectOperator(",");
      targets.push(this.tokens.target());
      this.tokens.expectOperator("=");
      values.push(this.tokens.expression());
    }
    return { kind: "with", targets, values, body: this.#body("endwith"), line };
  }

  #block(line: number): Statement {
    const name = this.tokens.expectName().value;
    const scoped = this.tokens.skipName("scoped");
    const required = this.tokens.skipName("required");
    if (this.tokens.isOperator("-")) throw new SyntaxFault("the name of a block has no hyphens; use _", line);
    const body = this.#body("endblock");
    this.tokens.skipName(name);
    if (required && !body.every((part) => part.kind === "text" && part.text.trim() === "")) {
      throw new SyntaxFault(`the block "${name}" is required and must be empty`, line);
    }
    const block = { name, line, scoped, required, body };
    this.blocks.push(block);
    return { kind: "block", block, line };
  }

  #fromImport(line: number): Statement {
    const { tokens } = this;
    const template = tokens.expression();
    if (!tokens.skipName("import")) tokens.fail('"import"');
    const names: [string, string][] = [];
    let withContext: boolean | undefined;
    do {
      withContext = this.#context();
      if (withContext !== undefined) break;
      const name = tokens.nameTarget();
      if (name.startsWith("_")) throw new SyntaxFault(`"${name}" begins with _ and cannot be imported`, line);
      names.push([name, tokens.skipName("as") ? tokens.nameTarget() : name]);
      withContext = this.#context();
    } while (withContext === undefined && tokens.skipOperator(","));
    if (names.length === 0) tokens.fail("a name");
    return { kind: "from_import", template, names, withContext: withContext ?? false, line };
  }

  /** `with context` and `without context`. */
  #context(): boolean | undefined {
    const { tokens } = this;
    const given = (tokens.isName("with") || tokens.isName("without")) &&
      tokens.isName("context", tokens.following);
    if (!given) return undefined;
    const withContext = tokens.next().value === "with";
    tokens.next();
    return withContext;
  }

  /** A statement's body, with its end. */
  #body(end: string): Statement[] {
    const body = this.#bodyUpTo([end]);
    this.tokens.next();
    return body;
  }

  #bodyUpTo(ends: readonly string[]): Statement[] {
    // For those who are used to Python.
    this.tokens.skipOperator(":");
    this.#expectEnd("block_end");
    return this.#statements(ends);
  }
}

function namesOf(target: Target): string[] {
  return target.kind === "tuple" ? target.items.flatMap(namesOf) : [target.name];
}
