/** Facts: what can be read from a host, as a command and the parsing of its output. */

import { joinCommands, quotePath, ShellCommand } from "../command/mod.ts";
import { didYouMean, DroverError, renamedHint } from "../errors/mod.ts";
import type { ConnectorArguments, FactArguments } from "./arguments.ts";
import { type AnyParameters, anyParameters, type ParameterKinds } from "./parameters.ts";
import type { RememberedArguments } from "./remembered_arguments.ts";
import type { Subject } from "./subject.ts";

/**
 * One program that answers many questions, where a fact's own command would start one for each. Outputs are
 * handed over as binary strings: one character for each byte.
 */
export interface SharedProgram<A extends object> {
  /**
   * Questions for which this gives the same text are put together, also those of different facts; `undefined` for
   * a question that has to be asked by itself.
   */
  group(args: A): string | undefined;
  /**
   * Answers all questions in their order and exits 0. `mark` is a random word that separates the answers;
   * with `lasting`, only what {@linkcode SharedProgram.lasting} keeps of each answer is printed.
   */
  command(questions: readonly A[], options: { mark: string; lasting: boolean }): ShellCommand;
  /** What the fact's own command would have printed for each question; `undefined` if that cannot be told. */
  split(output: string, mark: string, count: number): string[] | undefined;
  /** What the command prints for these answers: the inverse of {@linkcode SharedProgram.split}. */
  join(answers: readonly string[], mark: string): string;
  /**
   * The part of an answer that plans rest on, without what moves although nothing was changed, such as the times
   * of a directory; the whole answer by default.
   */
  lasting?(answer: string, args: A): string;
  /**
   * Names of the value's properties that {@linkcode SharedProgram.lasting} leaves out. A plan that looks at one of
   * them rests on the whole answer.
   */
  passing?: readonly string[];
}

/** What a fact consists of. `A` are its arguments, `T` is what it reads. */
export interface FactDefinition<T, A extends object> extends FactParts<T, A> {
  /** The kind of each argument, in the order of `fact NAME VALUE key=value`; questions are checked against them. */
  parameters?: ParameterKinds<A>;
}

/** What a fact consists of beside its arguments' description. */
export interface FactParts<T, A extends object> {
  /** `module.Fact`, such as `server.LinuxName`. */
  name: string;
  /** The command to run. Values of arguments reach it only through `sh`. */
  command(args: A): ShellCommand | string;
  /**
   * Turns the lines of standard output into the value; by default they are joined by newlines.
   * It is not called when nothing was printed and there is a `default`.
   */
  process?(lines: string[], args: A): T;
  /** The value when the command prints nothing or its program is missing; without it, `undefined`. */
  default?(args: A): T;
  /** The program that the command needs, or its path; where it is missing, the default is the value. */
  requires?: string | ((args: A) => string);
  /** Shell text that runs before the command and prints nothing, such as variables to export. */
  setup?(args: A): ShellCommand | undefined;
  /**
   * Arguments that the command gets as they were written. In the texts of all others, secrets are replaced by their values
   * before; here they still stand sealed, so that shell text made with `raw`, or yielded as text, gets each value
   * quoted.
   */
  asWritten?: readonly (keyof A & string)[];
  /** The shell to read the command with, instead of the operation's. */
  shell?: string;
  /**
   * Seconds that the command may take, instead of `config.factTimeout`, where long work is its nature; 0 waits
   * without end.
   */
  timeout?: number;
  /**
   * Lets later runs ask the question before the deploy does, so that it costs no round trip of its own: every
   * argument with what it has to be, `{}` where there are none. What was asked is read from a file that others may
   * have written, so an argument that names a program, or that a shell or another interpreter reads, must be
   * `unset` or checked by a function. Without it, or with `false`, the question is never asked ahead.
   */
  remember?: RememberedArguments<A> | false;
  /** How one program answers several questions of this kind. */
  shared?: SharedProgram<A>;
  /**
   * What the answer tells about. An operation that does not say itself what it decides about (`touches`) decides about
   * what it has asked. Without it, nothing that operations change.
   */
  about?(args: A): Subject;
}

/** A fact, made by {@linkcode fact}. */
export interface Fact<T, A extends object = Record<never, never>> extends FactParts<T, A> {
  /** What tells a fact from other objects. */
  readonly kind: "fact";
  /** The kinds of its arguments in their order; nothing if they were not given. */
  readonly parameters: AnyParameters | undefined;
  /** Turns the lines of standard output into the value. */
  process(lines: string[], args: A): T;
  /** The fact's command as it is sent, with the check for its program around it. */
  fullCommand(args: A): ShellCommand;
}

/** A fact of any type, where only its machinery matters. */
// deno-lint-ignore no-explicit-any -- a fact's arguments are contravariant: only `any` holds them all
export type AnyFact = Fact<any, any>;

/** Printed instead of output where the program that a fact needs is missing. */
export const MISSING_PROGRAM = "##DROVER_MISSING_PROGRAM##";

const registry = new Map<string, AnyFact>();

/**
 * Defines a fact.
 *
 * @example
 * ```ts
 * export const LinuxKernel = fact({
 *   name: "my.LinuxKernel",
 *   command: () => "uname -r",
 *   process: ([line]) => line ?? "",
 * });
 * const kernel = await host.getFact(LinuxKernel);
 * ```
 */
export function fact<T = string, A extends object = Record<never, never>>(
  definition: FactDefinition<T, A>,
): Fact<T, A> {
  const parts: FactParts<T, A> = definition;
  const made: Fact<T, A> = {
    process: (lines) => lines.join("\n") as T,
    ...parts,
    kind: "fact",
    parameters: anyParameters(definition),
    fullCommand: (args) => fullCommand(parts, args),
  };
  registry.set(definition.name, made);
  return made;
}

/**
 * Modules of facts, by name. The built-in ones and yours join by declaration merging, so that
 * `host.getFact("server.LinuxName")` and `host.fact.linuxName()` are typed.
 */
// deno-lint-ignore no-empty-interface
export interface FactModules {}

/** @ignore */
type FactsOf<M> = { [K in keyof M as M[K] extends AnyFact ? K : never]: M[K] };
/** @ignore */
type ByFullName = {
  [M in keyof FactModules & string]: {
    [K in keyof FactsOf<FactModules[M]> & string as `${M}.${K}`]: FactsOf<FactModules[M]>[K];
  };
}[keyof FactModules & string];
/** @ignore */
type Intersect<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I
  : never;
/** @ignore */
type ByBareName = Intersect<
  { [M in keyof FactModules & string]: FactsOf<FactModules[M]> }[keyof FactModules & string]
>;

/** All built-in facts by `module.Fact` and by their bare name. */
export type NamedFacts = Intersect<ByFullName> & ByBareName;

/** The parameter list of a fact: left out altogether when every argument is optional. */
export type FactParameters<A extends object> = Record<never, never> extends A
  ? [args?: A & ConnectorArguments]
  : [args: A & ConnectorArguments];

/** The parameter list of a fact whose failure is ignored. */
export type LenientFactParameters<A extends object> = [args: A & FactArguments & { _ignoreErrors: boolean }];

/** A fact as a method of `host.fact`. A fact with one argument may be given its value alone. */
export interface FactMethod<T, A extends object> {
  (...args: FactParameters<A> | [first: string | number]): Promise<T>;
  /** A failure gives the fact's default, or `undefined`. */
  (...args: LenientFactParameters<A>): Promise<T | undefined>;
}

/**
 * `LinuxName` as `linux_name`.
 *
 * @ignore
 */
type SnakeCase<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${Lowercase<First>}${SnakeCaseTail<Rest>}`
  : S;
type SnakeCaseTail<S extends string> = S extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First> ? `${First}${SnakeCaseTail<Rest>}`
  : `_${Lowercase<First>}${SnakeCaseTail<Rest>}`
  : S;

/** `host.fact.linuxName()` and `host.fact.linux_name()`, `host.fact.directory("/srv")`. */
export type FactMethods = {
  [
    K in keyof NamedFacts as K extends `${string}.${string}` ? never
      : Uncapitalize<K & string> | SnakeCase<K & string>
  ]: FactMethod<
    NamedFactValue<K>,
    NamedFacts[K] extends Fact<infer _T, infer A> ? A : never
  >;
};

/** The value that a named fact reads. */
export type NamedFactValue<K extends keyof NamedFacts> = NamedFacts[K] extends Fact<infer T, infer _A> ? T
  : never;

/** The parameter list of a named fact. */
export type NamedFactParameters<K extends keyof NamedFacts> = FactParameters<
  NamedFacts[K] extends Fact<infer _T, infer A> ? A : never
>;
/** The same, for a fact whose failure is ignored. */
export type LenientNamedFactParameters<K extends keyof NamedFacts> = LenientFactParameters<
  NamedFacts[K] extends Fact<infer _T, infer A> ? A : never
>;

/** Lets a fact be asked for by another name, too, such as one that it has had before. */
export function factAlias(name: string, fact: AnyFact): void {
  registry.set(name, fact);
}

/** All facts that are defined, by `module.Fact`; by each name that a fact has. */
export function definedFacts(): ReadonlyMap<string, AnyFact> {
  return registry;
}

/**
 * The fact of a name: `server.LinuxName`, or `LinuxName` where only one module has it. Each may also be written
 * as `linuxName` and `linux_name`.
 *
 * @throws {DroverError} `E_FACT_NAME` if there is none or more than one.
 */
export function factByName(name: string): AnyFact {
  const exact = registry.get(name);
  if (exact !== undefined) return exact;
  const wanted = plainName(name);
  const partOf = (full: string) => name.includes(".") ? full : bareName(full);
  const found = new Map(
    [...registry].filter(([full]) => plainName(partOf(full)) === wanted).map(
      ([full, one]) => [one, full],
    ),
  );
  if (found.size === 1) return [...found.keys()][0]!;
  if (found.size > 1) {
    throw new DroverError("E_FACT_NAME", `More than one module has a fact "${name}"`, {
      hint: `say which: ${[...found.values()].join(", ")}`,
    });
  }
  const names = [...registry.keys()].map(partOf);
  // Whoever writes snake_case is told a name in snake_case.
  const spelled = name.includes("_") ? names.map(snakeCase) : names;
  throw new DroverError("E_FACT_NAME", `There is no fact "${name}"`, {
    hint: renamedHint(name, registry) ?? didYouMean(name, spelled),
  });
}

/** A name without what tells `LinuxName`, `linuxName` and `linux_name` apart. */
function plainName(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** `server.LinuxName` as `server.linux_name`. */
function snakeCase(name: string): string {
  return name.replaceAll(/(?<![.A-Z]|^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** The part of a fact's name after its module. */
function bareName(full: string): string {
  return full.slice(full.lastIndexOf(".") + 1);
}

function fullCommand<T, A extends object>(parts: FactParts<T, A>, args: A): ShellCommand {
  const made = parts.command(args);
  const bare = typeof made === "string" ? ShellCommand.of(made) : made;
  const setup = parts.setup?.(args);
  const command = setup === undefined ? bare : joinCommands([setup, bare], "\n");
  const { requires } = parts;
  if (requires === undefined) return command;
  const program = typeof requires === "function" ? requires(args) : requires;
  const wrap = (text: string) =>
    `if command -v ${
      quotePath(program)
    } >/dev/null 2>&1; then (${text}\n); else echo '${MISSING_PROGRAM}'; fi`;
  return ShellCommand.of(wrap(command.raw), wrap(command.toString()));
}
