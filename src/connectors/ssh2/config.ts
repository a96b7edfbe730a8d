/** Finds the directives of OpenSSH's configuration that are in force for a host. */

import { dirname, isAbsolute, join } from "node:path";
import {
  ConfigSyntaxError,
  matchesAny,
  matchesHostList,
  matchesPattern,
  readDirective,
} from "./config_lines.ts";
import { canonicalName } from "./directives.ts";

/** A directive in force. */
export interface Setting {
  name: string;
  args: string[];
  /** Where it stands, such as `~/.ssh/config line 3`; empty for what was given by us. */
  origin: string;
}

/** What the evaluation depends on besides files. */
export interface ConfigContext {
  /** The name as the user writes it. */
  host: string;
  /** Home directory according to the user database. */
  home: string;
  localUser: string;
  /** Reads a file; `undefined` where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names in a directory; none where it cannot be read. */
  list(directory: string): Promise<string[]>;
}

/** The outcome. */
export interface Evaluation {
  /** In the order found; of most directives the first one counts. */
  settings: Setting[];
  /** Why the outcome may differ from OpenSSH's; empty if it does not. */
  doubts: string[];
}

const MAX_DEPTH = 16;

/**
 * Evaluates options and a configuration text, the options first.
 *
 * @param options Directives such as `Port=22`, which win over the text.
 * @param text Text of a configuration file of the user's.
 */
export async function evaluateConfig(
  options: readonly string[],
  text: string,
  context: ConfigContext,
): Promise<Evaluation> {
  const run = new Evaluator(context);
  await run.read(options.join("\n"), "", true);
  await run.read(text, "", true);
  if (run.wantsFinalPass) {
    run.startFinalPass();
    await run.read(text, "", true);
  }
  return { settings: run.settings, doubts: [...run.doubts] };
}

class Evaluator {
  readonly settings: Setting[] = [];
  readonly doubts = new Set<string>();
  wantsFinalPass = false;
  readonly #context: ConfigContext;
  #final = false;
  #depth = 0;

  constructor(context: ConfigContext) {
    this.#context = context;
  }

  /** `Match final` asks for the configuration to be read again, with the host's final name. */
  startFinalPass(): void {
    this.#final = true;
    const hostname = this.#hostname().toLowerCase();
    const first = this.settings.find(({ name }) => name === "hostname");
    if (first === undefined) this.settings.push({ name: "hostname", args: [hostname], origin: "" });
    else first.args = [hostname];
  }

  /** @param live Whether the text stands in a block that is in force. */
  async read(text: string, file: string, live: boolean): Promise<void> {
    let active = live;
    for (const [index, line] of text.split("\n").entries()) {
      const origin = file === "" ? "" : `${file} line ${index + 1}`;
      try {
        const directive = readDirective(line);
        if (directive === undefined) continue;
        const { args } = directive;
        const name = canonicalName(directive.name);
        if (name === "host") active = live && matchesAny(this.#blockName(), args);
        else if (name === "match") active = this.#matches(args, live, origin) && live;
        else if (name === "include") await this.#include(args, active);
        else if (active) this.settings.push({ name, args, origin });
      } catch (error) {
        if (!(error instanceof ConfigSyntaxError)) throw error;
        this.doubts.add(`${error.message}${origin === "" ? "" : ` (${origin})`}`);
      }
    }
  }

  #matches(args: readonly string[], live: boolean, origin: string): boolean {
    let result = true;
    const words = [...args];
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      if (word.startsWith("#")) break;
      const negated = word.startsWith("!");
      const criterion = word.slice(negated ? 1 : 0).toLowerCase();
      if (criterion === "all") continue;
      if (criterion === "final" || criterion === "canonical") {
        if (criterion === "final" && live) this.wantsFinalPass = true;
        if (this.#final === negated) result = false;
        continue;
      }
      const value = words.shift();
      if (value === undefined) throw new ConfigSyntaxError(`Match ${criterion} has no value`);
      const met = this.#meets(criterion, value);
      if (met === undefined) {
        if (result && live) this.doubts.add(`Match ${criterion}${origin === "" ? "" : ` (${origin})`}`);
        result = false;
      } else if (met === negated) result = false;
    }
    return result;
  }

  #meets(criterion: string, value: string): boolean | undefined {
    if (criterion === "host") return matchesHostList(this.#hostname(), value);
    if (criterion === "originalhost") return matchesHostList(this.#context.host, value);
    if (criterion === "user") {
      return matchesAny(this.#first("user") ?? this.#context.localUser, value.split(","));
    }
    if (criterion === "localuser") return matchesAny(this.#context.localUser, value.split(","));
    return undefined;
  }

  /** What `Host` lines are compared with: what was asked for; in the final pass, what came of it. */
  #blockName(): string {
    return this.#final ? this.#hostname() : this.#context.host;
  }

  #hostname(): string {
    const given = this.#first("hostname");
    if (given === undefined) return this.#context.host;
    return given.replace(/%([%h])/g, (_, letter) => letter === "%" ? "%" : this.#context.host);
  }

  #first(name: string): string | undefined {
    return this.settings.find((setting) => setting.name === name)?.args[0];
  }

  async #include(patterns: readonly string[], active: boolean): Promise<void> {
    if (this.#depth >= MAX_DEPTH) {
      this.doubts.add("Include is nested too deeply");
      return;
    }
    this.#depth++;
    for (const pattern of patterns) {
      for (const path of await this.#glob(this.#absolute(pattern))) {
        const text = await this.#context.read(path);
        if (text !== undefined) await this.read(text, path, active);
      }
    }
    this.#depth--;
  }

  #absolute(pattern: string): string {
    const { home } = this.#context;
    if (pattern === "~" || pattern.startsWith("~/")) return join(home, pattern.slice(2));
    if (/^~|\$\{/.test(pattern)) this.doubts.add(`Include ${pattern}`);
    return isAbsolute(pattern) ? pattern : join(home, ".ssh", pattern);
  }

  async #glob(path: string): Promise<string[]> {
    if (!/[*?[]/.test(path)) return [path];
    if (path.includes("[")) this.doubts.add(`Include ${path}`);
    const parent = dirname(path);
    const pattern = path.slice(parent.length).replace(/^\//, "");
    const found: string[] = [];
    for (const directory of await this.#glob(parent)) {
      const names = (await this.#context.list(directory)).toSorted();
      const hidden = pattern.startsWith(".");
      found.push(
        ...names.filter((name) => (hidden || !name.startsWith(".")) && matchesPattern(name, pattern))
          .map((name) => join(directory, name)),
      );
    }
    return found;
  }
}
