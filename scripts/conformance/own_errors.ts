/** The codes of errors that operations throw because of their arguments, or of what they find. */

const OPERATIONS = new URL("../../src/operations/", import.meta.url);
/** Templates are arguments too; what is wrong with them is found where they are rendered. */
const TEMPLATE_CODES = ["E_TEMPLATE", "E_TEMPLATE_SYNTAX"];
/** A code where an error is made, not where one is compared. */
const MADE = /\w*Error\(\s*"(E_\w+)"/g;
let codes: ReadonlySet<string> | undefined;

/** All codes that operations make errors with; those of connections, shells and the engine are not among them. */
export function ownErrorCodes(): ReadonlySet<string> {
  codes ??= new Set([...TEMPLATE_CODES, ...sources(OPERATIONS).flatMap(madeIn)]);
  return codes;
}

function madeIn(source: string): string[] {
  return [...source.matchAll(MADE)].map(([, code]) => code!);
}

function sources(directory: URL): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) =>
    isDirectory ? sources(new URL(`${name}/`, directory)) : [Deno.readTextFileSync(new URL(name, directory))]
  );
}
