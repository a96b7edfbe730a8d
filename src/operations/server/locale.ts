/** The operation on locales. */

import { DroverError } from "../../errors/mod.ts";
import { FindInFile } from "../../facts/files/mod.ts";
import { Locales, normalizeLocale } from "../../facts/server/mod.ts";
import { host, operation, touches } from "../../host/mod.ts";
import { replace } from "../files/mod.ts";

/** Arguments of {@linkcode locale}. */
export interface LocaleArgs {
  /** Name of the locale, as `/etc/locale.gen` has it: `"de_DE.UTF-8"`. */
  locale: string;
  /** Whether it should be enabled: `true` by default. */
  present?: boolean;
}

const DEFINITIONS = "/etc/locale.gen";

/**
 * Enables or disables a locale on systems that generate theirs from `/etc/locale.gen` (Debian, Arch …). It
 * changes something if the locale is not generated, or still is.
 *
 * @example
 * ```ts
 * await server.locale({ locale: "de_DE.UTF-8", _sudo: true });
 * ```
 */
export const locale = operation<LocaleArgs>(
  "server.locale",
  async function* ({ locale: name, present = true }) {
    if (!/^[A-Za-z][\w.@-]*$/.test(name)) {
      throw new DroverError("E_ARGUMENT", `${Deno.inspect(name)} cannot be the name of a locale`);
    }
    touches({ kind: "locale", name: normalizeLocale(name) });
    const [locales, definitions] = await Promise.all([
      host.getFact(Locales),
      host.getFact(FindInFile, { path: DEFINITIONS, pattern: `^.*${name}[[:space:]]\\+.*$` }),
    ]);
    const wanted = normalizeLocale(name);
    const isPresent = locales.some((one) => normalizeLocale(one) === wanted);
    if (isPresent === present) {
      host.noop(`locale ${name} is ${present ? "enabled" : "not enabled"}`);
      return;
    }
    const definition = chooseDefinition(name, definitions ?? [], present);
    yield* replace.steps({
      path: DEFINITIONS,
      text: `^${definition}$`,
      replace: present ? definition.replace(/^[#\s]+/, "") : `# ${definition}`,
    });
    yield "locale-gen";
  },
  { parameters: { locale: "string", present: "boolean?" } },
);

/** The file may mention a locale in prose, or twice; the line that is not yet as wanted is the one to change. */
function chooseDefinition(name: string, lines: readonly string[], present: boolean): string {
  const exact = lines.filter((line) => line.replace(/^[#\s]+/, "").split(/\s+/)[0] === name);
  const found = exact.find((line) => line.trimStart().startsWith("#") === present) ?? exact[0];
  if (found !== undefined) return found;
  throw new DroverError("E_LOCALE", `There is no locale ${name} in ${DEFINITIONS} on ${host.name}`, {
    hint:
      "names are written as in that file, such as de_DE.UTF-8; on Debian it comes with the package locales",
  });
}
