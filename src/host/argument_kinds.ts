/** Checks the values of global arguments: data files and command lines are not checked by a compiler. */

import { Secret, ShellCommand } from "../command/mod.ts";
import { didYouMean, DroverError, type Place } from "../errors/mod.ts";
import { GLOBAL_ARGUMENTS, type GlobalArguments } from "./arguments.ts";

/** What a value must be, in words, and whether it is. */
interface Kind {
  wanted: string;
  holds(value: unknown): boolean;
}

const isText = (value: unknown) => typeof value === "string";
const isListOf = (holds: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(holds);

const BOOLEAN: Kind = { wanted: "true or false", holds: (value) => typeof value === "boolean" };
const TEXT: Kind = { wanted: "text", holds: isText };
const FUNCTION: Kind = { wanted: "a function", holds: (value) => typeof value === "function" };
const SECRET: Kind = {
  wanted: "text or a secret",
  holds: (value) => isText(value) || value instanceof Secret,
};
const COUNT: Kind = {
  wanted: "a whole number, 0 or more",
  holds: (value) => Number.isInteger(value) && Number(value) >= 0,
};
const SECONDS: Kind = {
  wanted: "a number of seconds, 0 or more",
  holds: (value) => typeof value === "number" && value >= 0,
};
const COMMANDS: Kind = {
  wanted: "a shell command or a list of them",
  holds: (value) => isCommand(value) || isListOf(COMMANDS.holds)(value),
};
const CONDITION: Kind = {
  wanted: "a result, a function or a list of them",
  holds: (value) =>
    typeof value === "function" || isListOf(CONDITION.holds)(value) ||
    (typeof value === "object" && value !== null && ("didChange" in value || "then" in value)),
};

/** A kind for every global argument: one that is forgotten does not compile. */
const KINDS: { readonly [K in keyof GlobalArguments]-?: Kind } = {
  name: TEXT,
  _sudo: BOOLEAN,
  _sudoUser: TEXT,
  _useSudoLogin: BOOLEAN,
  _sudoPassword: SECRET,
  _useSudoPassword: BOOLEAN,
  _preserveSudoEnv: BOOLEAN,
  _suUser: TEXT,
  _useSuLogin: BOOLEAN,
  _preserveSuEnv: BOOLEAN,
  _suShell: TEXT,
  _suPassword: SECRET,
  _doas: BOOLEAN,
  _doasUser: TEXT,
  _dzdo: BOOLEAN,
  _dzdoUser: TEXT,
  _shellExecutable: { wanted: "text or null", holds: (value) => value === null || isText(value) },
  _chdir: TEXT,
  _env: { wanted: "an object of texts and secrets", holds: isEnvironment },
  _successExitCodes: { wanted: "a list of whole numbers", holds: isListOf(Number.isInteger) },
  _timeout: SECONDS,
  _getPty: BOOLEAN,
  _stdin: {
    wanted: "text, a list of lines, bytes or a secret",
    holds: (value) => SECRET.holds(value) || value instanceof Uint8Array || isListOf(isText)(value),
  },
  _tempDir: TEXT,
  _ignoreErrors: BOOLEAN,
  _continueOnError: BOOLEAN,
  _if: CONDITION,
  _precondition: COMMANDS,
  _postcondition: COMMANDS,
  _onSuccess: FUNCTION,
  _onError: FUNCTION,
  _retries: COUNT,
  _retryDelay: SECONDS,
  _retryUntil: FUNCTION,
  _parallel: COUNT,
  _runOnce: BOOLEAN,
  _serial: BOOLEAN,
};

/**
 * Checks global arguments, wherever they come from.
 *
 * @param what What they were given to, for the message: `files.file`, `deploy "Install"`.
 * @throws {DroverError} `E_ARGUMENT` for a value of the wrong kind, or a name with an underscore that is none.
 */
export function checkGlobalArguments(
  what: string,
  given: Readonly<Record<string, unknown>> | GlobalArguments,
  place: Place | undefined,
): void {
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof GlobalArguments] : undefined;
    if (kind === undefined && name.startsWith("_")) throw unknownArgument(what, name, place);
    if (kind === undefined || value === undefined || kind.holds(value)) continue;
    throw new DroverError(
      "E_ARGUMENT",
      `${what}: ${name} must be ${kind.wanted}, it is ${shown(name, value)}`,
      { place },
    );
  }
}

function unknownArgument(what: string, name: string, place: Place | undefined): DroverError {
  return new DroverError("E_ARGUMENT", `${what} has no argument "${name}"`, {
    hint: didYouMean(name, GLOBAL_ARGUMENTS) ?? "names that begin with _ are those of global arguments",
    place,
  });
}

/** What was given instead; a password of the wrong kind is a password still. */
function shown(name: string, value: unknown): string {
  if (/password/i.test(name) || name === "_env" || name === "_stdin") return describe(value);
  return Deno.inspect(value, { depth: 1, iterableLimit: 4, breakLength: Infinity, strAbbreviateSize: 40 });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  const wrong = typeof value === "object"
    ? Object.entries(value).find(([, inner]) => !SECRET.holds(inner))
    : undefined;
  if (wrong === undefined) return `a ${typeof value}`;
  return `an object whose ${wrong[0]} is a ${typeof wrong[1]}`;
}

function isCommand(value: unknown): boolean {
  return value instanceof ShellCommand || (typeof value === "string" && value.trim() !== "");
}

function isEnvironment(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every(SECRET.holds);
}
