/** How one program's output holds the answers to many questions, and the shell text that makes it so. */

import { joinCommands, quoteCommand, raw, sh, type ShellCommand } from "../command/mod.ts";

/** Printed where the answers cannot be had together, so that each question has to be asked by itself. */
export function giveUp(mark: string): string {
  return `${mark}!`;
}

/** Answers one after the other, a line with the mark before each. */
export function joinMarked(answers: readonly string[], mark: string): string {
  return answers.map((answer) => `${mark}\n${answer}`).join("");
}

/** The inverse of {@linkcode joinMarked}; `undefined` if there are not as many. */
export function splitMarked(output: string, mark: string, count: number): string[] | undefined {
  if (output.includes(giveUp(mark))) return undefined;
  const [before, ...answers] = output.split(`${mark}\n`);
  return before === "" && answers.length === count ? answers : undefined;
}

/**
 * Answers with their places in front: a line with a digit for each question, 0 if nothing was printed for it,
 * otherwise which one of the programs printed its answer. The programs' outputs follow in this order.
 */
export function joinPlaced(
  answers: readonly string[],
  { placeOf, before }: { placeOf: (answer: string) => number; before: string },
): string {
  const places = answers.map((answer) => answer === "" ? 0 : placeOf(answer));
  const records = inPlaces(places).map((index) => before + answers[index]!);
  return `${places.join("")}\n${records.join("")}`;
}

/**
 * The inverse of {@linkcode joinPlaced}.
 *
 * @param recordsOf Takes what the programs printed apart.
 */
export function splitPlaced(
  output: string,
  { mark, count, recordsOf }: { mark: string; count: number; recordsOf: (output: string) => string[] },
): string[] | undefined {
  const end = output.indexOf("\n");
  const places = [...output.slice(0, end)].map(Number);
  if (places.length !== count || output.includes(giveUp(mark))) return undefined;
  const records = recordsOf(output.slice(end + 1));
  const order = inPlaces(places);
  // Something came or went between the look at the paths and the program.
  if (records.length !== order.length) return undefined;
  const answers = places.map(() => "");
  order.forEach((question, index) => answers[question] = records[index]!);
  return answers;
}

/** Indexes of the questions that have an answer, in the order in which their answers are printed. */
function inPlaces(places: readonly number[]): number[] {
  return [...places.keys()].filter((index) => places[index] !== 0).sort((left, right) =>
    places[left]! - places[right]! || left - right
  );
}

/**
 * Prints the line of places and keeps the paths of each place in a variable of its own. `tests` look at `"$p"`;
 * the first that holds gives the place, from 1 on. The shell does all of it without starting a program.
 */
export function placePaths(paths: readonly ShellCommand[], tests: readonly ShellCommand[]): ShellCommand {
  const numbers = tests.map((_, index) => index + 1);
  const cases = tests.map((test, index) => {
    const place = numbers[index]!;
    return sh`if ${test}; then e=\${e}${place} a${place}="$a${place} \\"\\\${$i}\\""`;
  });
  return sh`set -- ${paths}
i=0 e= ${numbers.map((place) => raw(`a${place}=`))}
for p in "$@"; do i=$((i+1)); ${joinCommands(cases, "; el")}; else e=\${e}0; fi; done
echo "$e"`;
}

/** Runs a program on all paths of a place, and where it fails the next one, as the fact does by itself. */
export function answerPlace(place: number, programs: readonly ShellCommand[], mark: string): ShellCommand {
  const paths = raw(`a${place}`);
  const attempts = programs.map((program) => sh`eval ${quoteCommand(program)}" $${paths}"`);
  return sh`test -z "$${paths}" || { ${
    joinCommands([...attempts, sh`echo ${giveUp(mark)}`], " || ")
  }; } 2> /dev/null`;
}
