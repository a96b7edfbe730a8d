/** Arguments of operations and facts as words: `nginx update=true`. */

import { DroverError } from "../errors/mod.ts";
import { parseValue } from "../inventory/mod.ts";

/**
 * An argument object from words: those with `key=` by name, the others in the order of the parameters.
 *
 * @throws {DroverError} `E_ARGUMENT` for more words than parameters.
 */
export function toArguments(
  name: string,
  words: readonly string[],
  parameters: readonly string[] | undefined,
): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const order = (parameters ?? []).map((parameter) => parameter.replace(/\?$/, ""));
  let position = 0;
  for (const word of words) {
    const named = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
    if (named !== null) {
      args[camelCase(named[1]!)] = parseValue(named[2]!);
      continue;
    }
    const parameter = order[position++];
    if (parameter === undefined) {
      throw new DroverError("E_ARGUMENT", `${name} has no place for the word "${word}"`, {
        hint: order.length === 0 ? "it takes no arguments" : `its arguments are ${order.join(", ")}`,
      });
    }
    args[parameter] = parseValue(word);
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
