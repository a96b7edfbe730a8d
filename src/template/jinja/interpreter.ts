/** Renders templates: runs their statements, one after the other. */

import { didYouMean } from "../../errors/mod.ts";
import type { Native, Surroundings } from "./callables.ts";
import { checkNames, type KnownNames } from "./checks.ts";
import { Evaluator } from "./evaluator.ts";
import { globalScope, namesText, requireNamespace } from "./globals.ts";
import { HTML_FILTERS } from "./html_filters.ts";
import { LIST_FILTERS } from "./list_filters.ts";
import { Loop } from "./loop.ts";
import { Macro } from "./macro.ts";
import { listOf } from "./operators.ts";
import type { JinjaOptions } from "./options.ts";
import { type ParsedTemplate, parseTemplate } from "./parser.ts";
import { inFile, placed } from "./places.ts";
import { escape, str } from "./printing.ts";
import { Scope } from "./scope.ts";
import {
  type BlockDefinition,
  type Expression,
  type ForLoop,
  type MacroDefinition,
  readsName,
  type Statement,
  type Target,
} from "./syntax.ts";
import { symbolsOf } from "./symbols.ts";
import { TESTS } from "./tests.ts";
import { BlockReference, Module, TemplateReference } from "./references.ts";
import { TEXT_FILTERS } from "./text_filters.ts";
import { Fault, Generator, iterate, Markup, truth, Undefined, type Value } from "./values.ts";

/** A template's text, and where it is from. */
export interface TemplateSource {
  readonly file: string;
  readonly text: string;
}

interface Template extends ParsedTemplate {
  readonly file: string;
  readonly usesSelf: boolean;
}

interface PlacedBlock extends BlockDefinition {
  readonly template: Template;
}

/** What a template and those that it extends share. */
interface Context {
  /** The variables of the top level. */
  readonly scope: Scope;
  /** Variables that importers do not see. */
  readonly hidden: Set<string>;
  /** The blocks by name, those that override before those that are overridden. */
  readonly blocks: Map<string, PlacedBlock[]>;
}

/** Where a statement runs. */
interface Frame {
  readonly template: Template;
  readonly context: Context;
  readonly scope: Scope;
  /** What is printed. */
  readonly out: string[];
  /**
   * The template that is extended, once that is known: from then on, texts and expressions of this one are not
   * printed. What calls, filters, includes and blocks inside of loops print comes first, as in Jinja2.
   */
  readonly extending: { parent: Template | undefined } | undefined;
}

type Signal = "break" | "continue" | undefined;

const FILTERS = new Map(Object.entries({ ...TEXT_FILTERS, ...LIST_FILTERS, ...HTML_FILTERS }));
const TEST_MAP = new Map(Object.entries(TESTS));

/** Renders templates of one environment. */
export class Interpreter implements Surroundings, KnownNames {
  autoescape: boolean;
  readonly #options: JinjaOptions;
  readonly #find: (name: string) => TemplateSource | undefined;
  readonly #globals = globalScope();
  readonly #evaluator = new Evaluator(this);
  readonly #templates = new Map<string, Template>();

  /** `find` gives the template of a name; nothing where there is none. */
  constructor(options: JinjaOptions, find: (name: string) => TemplateSource | undefined) {
    this.#options = options;
    this.#find = find;
    this.autoescape = options.autoescape;
  }

  /**
   * Renders a template with what is given to it.
   *
   * @throws {PlacedFault} If that fails.
   */
  render(source: TemplateSource, given: (globals: Scope) => Scope): string {
    const out: string[] = [];
    const template = this.#parse(source);
    this.#runRoot(template, this.#context(given(this.#globals), template), out);
    return out.join("");
  }

  hasFilter(name: string): boolean {
    return FILTERS.has(name);
  }

  hasTest(name: string): boolean {
    return TEST_MAP.has(name);
  }

  filter(name: string): Native {
    const filter = FILTERS.get(name);
    if (filter !== undefined) return filter;
    const { message, hint } = this.unknownFilter(name);
    throw new Fault(message, hint);
  }

  test(name: string): Native {
    const test = TEST_MAP.get(name);
    if (test !== undefined) return test;
    const { message, hint } = this.unknownTest(name);
    throw new Fault(message, hint);
  }

  unknownFilter(name: string): { message: string; hint: string | undefined } {
    return { message: `there is no filter "${name}"`, hint: didYouMean(name, [...FILTERS.keys()]) };
  }

  unknownTest(name: string): { message: string; hint: string | undefined } {
    return { message: `there is no test "${name}"`, hint: didYouMean(name, [...TEST_MAP.keys()]) };
  }

  #parse(source: TemplateSource): Template {
    const known = this.#templates.get(source.file);
    if (known !== undefined) return known;
    return inFile(source.file, () => {
      const parsed = parseTemplate(source.text, this.#options);
      checkNames(parsed.body, this);
      const usesSelf = [parsed.body, ...[...parsed.blocks.values()].map(({ body }) => body)]
        .some((body) => readsName(body, "self"));
      const template = { ...parsed, file: source.file, usesSelf };
      this.#templates.set(source.file, template);
      return template;
    });
  }

  /** The first template of the names that is there. */
  #load(value: Value): Template | undefined {
    if (value instanceof Undefined) return value.fail();
    const names = Array.isArray(value) ? value : [value];
    for (const name of names) {
      const source = this.#find(str(name));
      if (source !== undefined) return this.#parse(source);
    }
    return undefined;
  }

  #require(expression: Expression, frame: Frame): Template {
    const value = this.#evaluator.evaluate(expression, frame.scope);
    const template = this.#load(value);
    if (template !== undefined) return template;
    throw new Fault(
      `there is no template "${namesText(value)}"`,
      "it is looked for beside the template and in the project's directory",
    );
  }

  #context(given: Scope, { body }: Template): Context {
    return { scope: new Scope(given, symbolsOf(body), true), hidden: new Set(), blocks: new Map() };
  }

  #runRoot(template: Template, context: Context, out: string[]): void {
    for (const [name, block] of template.blocks) {
      const overridden = context.blocks.get(name) ?? [];
      context.blocks.set(name, [...overridden, { ...block, template }]);
    }
    if (template.usesSelf) {
      context.scope.set(
        "self",
        new TemplateReference((name) => this.#blockReference(context, name, 0, context.scope)),
      );
      context.hidden.add("self");
    }
    const frame: Frame = { template, context, scope: context.scope, out, extending: { parent: undefined } };
    const outer = this.autoescape;
    this.autoescape = this.#options.autoescape;
    inFile(template.file, () => this.#run(template.body, frame));
    const parent = frame.extending?.parent;
    if (parent !== undefined) this.#runRoot(parent, context, out);
    this.autoescape = outer;
  }

  /** What a part prints, as text. */
  #capture(body: Statement[], frame: Frame, scope = new Scope(frame.scope, symbolsOf(body))): string {
    const out: string[] = [];
    this.#run(body, { ...frame, scope, out });
    return out.join("");
  }

  /** The same where it is not printed at once: a template that extends another one keeps it too. */
  #captureAlways(body: Statement[], frame: Frame, scope?: Scope): string {
    return this.#capture(body, { ...frame, extending: undefined }, scope);
  }

  #run(statements: Statement[], frame: Frame): Signal {
    for (const statement of statements) {
      try {
        const signal = this.#statement(statement, frame);
        if (signal !== undefined) return signal;
      } catch (error) {
        throw placed(error, statement.line);
      }
    }
    return undefined;
  }

  #statement(statement: Statement, frame: Frame): Signal {
    const { scope } = frame;
    switch (statement.kind) {
      case "text":
        return this.#print(statement.text, frame);
      case "print":
        if (this.#isSilent(frame)) return undefined;
        for (const one of statement.values) {
          this.#print(this.#shown(this.#evaluator.evaluate(one, scope)), frame);
        }
        return undefined;
      case "for":
        this.#for(statement.loop, frame);
        return undefined;
      case "if":
        for (const { test, body } of statement.branches) {
          if (truth(this.#evaluator.evaluate(test, scope))) return this.#run(body, frame);
        }
        return this.#run(statement.otherwise, frame);
      case "set":
        return this.#assign(statement.target, this.#evaluator.evaluate(statement.value, scope), scope);
      case "set_block": {
        const text = this.#marked(this.#captureAlways(statement.body, frame));
        return this.#assign(statement.target, this.#evaluator.filtered(statement.filter, text, scope), scope);
      }
      case "macro":
        scope.set(statement.macro.name!, this.#macro(statement.macro, frame));
        return undefined;
      case "call_block":
        return this.#callBlock(statement, frame);
      case "filter_block": {
        const text = this.#marked(this.#capture(statement.body, frame));
        frame.out.push(str(this.#evaluator.filtered(statement.filter, text, scope)));
        return undefined;
      }
      case "with": {
        const inside = { ...frame, scope: new Scope(scope, symbolsOf(statement.body)) };
        const values = statement.values.map((value) => this.#evaluator.evaluate(value, scope));
        statement.targets.forEach((target, index) => this.#assign(target, values[index]!, inside.scope));
        return this.#run(statement.body, inside);
      }
      case "autoescape": {
        const outer = this.autoescape;
        this.autoescape = truth(this.#evaluator.evaluate(statement.on, scope));
        const signal = this.#run(statement.body, {
          ...frame,
          scope: new Scope(scope, symbolsOf(statement.body)),
        });
        this.autoescape = outer;
        return signal;
      }
      case "block":
        return this.#block(statement.block, frame);
      case "extends":
        return this.#extends(statement.template, frame);
      case "include":
        return this.#include(statement, frame);
      case "import":
        this.#define(statement.name, this.#module(statement, frame), frame);
        return undefined;
      case "from_import": {
        const module = this.#module(statement, frame);
        for (const [name, alias] of statement.names) this.#define(alias, module.exported(name), frame);
        return undefined;
      }
      case "do":
        this.#evaluator.evaluate(statement.value, scope);
        return undefined;
      default:
        return statement.kind;
    }
  }

  #isSilent(frame: Frame): boolean {
    return frame.extending?.parent !== undefined;
  }

  #print(text: string, frame: Frame): undefined {
    if (!this.#isSilent(frame)) frame.out.push(text);
  }

  #shown(value: Value): string {
    return this.autoescape ? escape(value).text : str(value);
  }

  /** A text that was printed, marked where what is printed is escaped. */
  #marked(text: string): Value {
    return this.autoescape ? new Markup(text) : text;
  }

  /** Imported names are not exported again. */
  #define(name: string, value: Value, frame: Frame): void {
    frame.scope.set(name, value);
    if (frame.scope === frame.context.scope) frame.context.hidden.add(name);
  }

  #assign(target: Target, value: Value, scope: Scope): undefined {
    if (target.kind === "name") {
      scope.set(target.name, value);
    } else if (target.kind === "namespace") {
      const namespace = scope.get(target.name);
      if (namespace === undefined) throw new Fault(`"${target.name}" is undefined`);
      requireNamespace(namespace, target.name).values.set(target.attribute, value);
    } else {
      const values = listOf(value);
      if (values.length !== target.items.length) {
        throw new Fault(`${target.items.length} names are assigned ${values.length} values`);
      }
      target.items.forEach((item, index) => this.#assign(item, values[index]!, scope));
    }
  }

  #for(loop: ForLoop, frame: Frame): void {
    const items = this.#evaluator.evaluate(loop.items, frame.scope);
    if (!loop.recursive) return this.#loop(loop, items, 0, frame);
    frame.out.push(str(this.#recurse(loop, items, 0, frame)));
  }

  #recurse(loop: ForLoop, items: Value, depth: number, frame: Frame): Value {
    const out: string[] = [];
    this.#loop(loop, items, depth, { ...frame, out });
    return this.#marked(out.join(""));
  }

  #loop(loop: ForLoop, items: Value, depth: number, frame: Frame): void {
    const chosen = loop.filter === undefined ? items : new Generator(this.#chosen(loop, items, frame.scope));
    const recurse = (inner: Value, level: number) => this.#recurse(loop, inner, level, frame);
    const state = new Loop(chosen, depth, loop.recursive ? recurse : undefined);
    let empty = true;
    for (let item = state.advance(); item !== undefined; item = state.advance()) {
      empty = false;
      const scope = new Scope(frame.scope, symbolsOf(loop.body));
      if (loop.hasLoop) scope.set("loop", state);
      this.#assign(loop.target, item, scope);
      if (this.#run(loop.body, { ...frame, scope }) === "break") break;
    }
    if (empty) {
      this.#run(loop.otherwise, { ...frame, scope: new Scope(frame.scope, symbolsOf(loop.otherwise)) });
    }
  }

  *#chosen(loop: ForLoop, items: Value, outer: Scope): Iterable<Value> {
    for (const item of iterate(items)) {
      const scope = new Scope(outer);
      this.#assign(loop.target, item, scope);
      if (truth(this.#evaluator.evaluate(loop.filter!, scope))) yield item;
    }
  }

  #macro(definition: MacroDefinition, frame: Frame): Macro {
    const { template } = frame;
    const autoescape = this.autoescape;
    return new Macro(definition, (variables) => {
      const scope = new Scope(frame.scope, symbolsOf(definition.body));
      const outer = this.autoescape;
      this.autoescape = autoescape;
      const text = inFile(template.file, () => {
        for (const [name, value] of variables) if (value !== undefined) scope.set(name, value);
        for (const parameter of definition.parameters) {
          if (variables.get(parameter.name) !== undefined) continue;
          scope.set(parameter.name, this.#default(parameter, scope));
        }
        return this.#captureAlways(definition.body, frame, scope);
      });
      this.autoescape = outer;
      return this.#marked(text);
    });
  }

  #default(parameter: MacroDefinition["parameters"][number], scope: Scope): Value {
    if (parameter.default !== undefined) return this.#evaluator.evaluate(parameter.default, scope);
    const message = `the parameter "${parameter.name}" was not given`;
    return new Undefined({ path: parameter.name, message });
  }

  #callBlock(statement: Statement & { kind: "call_block" }, frame: Frame): undefined {
    const { call, macro } = statement;
    const target = this.#evaluator.evaluate(call.target, frame.scope);
    const { positional, named } = this.#evaluator.arguments(call.args, frame.scope);
    const caller = new Map([...named, ["caller", this.#macro(macro, frame)] as const]);
    const name = call.target.kind === "name" ? call.target.name : "call";
    frame.out.push(this.#shown(this.#evaluator.call(target, { positional, named: caller }, () => name)));
  }

  #block({ name, scoped, required }: BlockDefinition, frame: Frame): undefined {
    const { context, scope } = frame;
    if (scope === context.scope && this.#isSilent(frame)) return;
    if (required && context.blocks.get(name)!.length < 2) throw new Fault(`the block "${name}" is required`);
    const base = scoped ? scope : context.scope;
    frame.out.push(this.#runBlock(context, name, 0, base));
  }

  #runBlock(context: Context, name: string, level: number, base: Scope): string {
    const block = context.blocks.get(name)![level]!;
    const scope = new Scope(base, symbolsOf(block.body), true);
    if (readsName(block.body, "super")) {
      scope.set("super", this.#blockReference(context, name, level + 1, base));
    }
    const outer = this.autoescape;
    this.autoescape = this.#options.autoescape;
    const frame: Frame = { template: block.template, context, scope, out: [], extending: undefined };
    inFile(block.template.file, () => this.#run(block.body, frame));
    this.autoescape = outer;
    return frame.out.join("");
  }

  #blockReference(context: Context, name: string, level: number, base: Scope): Value {
    const blocks = context.blocks.get(name);
    if (blocks === undefined) {
      return new Undefined({ path: `self.${name}`, message: `there is no block "${name}"` });
    }
    if (level >= blocks.length) {
      return new Undefined({
        path: "super",
        message: `there is no block "${name}" in a template above this one`,
      });
    }
    return new BlockReference(
      () => this.#marked(this.#runBlock(context, name, level, base)),
      () => this.#blockReference(context, name, level + 1, base),
    );
  }

  #extends(expression: Expression, frame: Frame): undefined {
    const { extending } = frame;
    if (extending?.parent !== undefined) throw new Fault("a template extends one other, not several");
    extending!.parent = this.#require(expression, frame);
  }

  #include(statement: Statement & { kind: "include" }, frame: Frame): undefined {
    const name = this.#evaluator.evaluate(statement.template, frame.scope);
    if (statement.ignoreMissing && this.#load(name) === undefined) return;
    const template = this.#require(statement.template, frame);
    this.#runRoot(
      template,
      this.#context(statement.withContext ? frame.scope : this.#globals, template),
      frame.out,
    );
  }

  #module({ template, withContext }: { template: Expression; withContext: boolean }, frame: Frame): Module {
    const imported = this.#require(template, frame);
    const context = this.#context(withContext ? frame.scope : this.#globals, imported);
    const out: string[] = [];
    this.#runRoot(imported, context, out);
    return new Module(imported.file, context.scope, context.hidden, this.#marked(out.join("")));
  }
}
