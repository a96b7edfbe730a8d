/** Arguments of operations and facts as words: `nginx update=true`. */

import { DroverError } from "../errors/mod.ts";
import { type AnyParameters, GLOBAL_PARAMETERS, readParameters } from "../host/mod.ts";
import { parseValue } from "../inventory/mod.ts";
import { readWord } from "./word_value.ts";

/**
 * An argument object from words: those with `key=` by name, the others in the order of the parameters. Each
 * becomes a value of its argument's kind.
 *
 * @throws {DroverError} `E_ARGUMENT` for more words than parameters, and for words of the wrong kind.
 */
export function toArguments(
  name: string,
  words: readonly string[],
  parameters: AnyParameters | undefined,
): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const order = Object.keys(parameters ?? {});
  const kinds = { ...GLOBAL_PARAMETERS, ...parameters };
  const read = (argument: string, word: string) => {
    const kind = readParameters(kinds).get(argument)?.kind;
    return kind === undefined ? parseValue(word) : readWord(`${name}: ${argument}`, kind, word);
  };
  let position = 0;
  for (const word of words) {
    const named = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
    if (named !== null) {
      const argument = camelCase(named[1]!);
      args[argument] = read(argument, named[2]!);
      continue;
    }
    const parameter = order[position++];
    if (parameter === undefined) {
      throw new DroverError("E_ARGUMENT", `${name} has no place for the word "${word}"`, {
        hint: parameters === undefined
          ? "its arguments have no order: write each as NAME=VALUE"
          : order.length === 0
          ? "it takes no arguments"
          : `its arguments are ${order.join(", ")}`,
      });
    }
    args[parameter] = read(parameter, word);
  }
  return args;
}

/** `_sudo_user` and `cache_time` are accepted as pyinfra writes them. */
function camelCase(name: string): string {
  return name.replaceAll(
    /([a-z0-9])_([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}
