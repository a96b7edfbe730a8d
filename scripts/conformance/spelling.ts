/** Steps in the fixtures' form. */

import {
  Download,
  FunctionCall,
  pathWord,
  quote,
  reveal,
  Secret,
  type Step,
  type StepOptions,
  StepWithOptions,
  Upload,
} from "../../src/command/mod.ts";
import type { FixtureFunctions } from "./calls.ts";
import { snakeCase } from "./names.ts";

/** Every temporary file of a fixture. */
export const TEMPORARY = "_tempfile_";

/** All steps of an operation, as a fixture lists them. */
export async function spellSteps(steps: readonly Step[], functions: FixtureFunctions): Promise<unknown[]> {
  const spelled: unknown[] = [];
  for (const step of steps) spelled.push(...await spell(step, functions));
  return ownAfterMove(spelled.flatMap(apart));
}

/** Chains that we keep in one command, which removes the temporary file however it ends; pyinfra has several. */
const KEPT_CHAIN = new RegExp(
  `^(?:umask 077; )?trap 'rm -f ${TEMPORARY}' EXIT; (?:trap '[^']*' \\w+; )+(.* && (?:mv|crontab) .*); exit \\$\\?$`,
  "s",
);
/** Up to an operator between two commands, but for the one that removes what `sed -i` has left. */
const LINK = new RegExp(
  `((?:'[^']*'|"(?:[^"\\\\]|\\\\.)*"|\\\\.|[^'"\\\\])*?)(?: && (?!rm -f ${TEMPORARY})|$)`,
  "gsy",
);

function apart(command: unknown): unknown[] {
  if (typeof command !== "string") return [command];
  const chain = KEPT_CHAIN.exec(command)?.[1];
  if (chain === undefined) return [command];
  return [...chain.matchAll(LINK)].map(([, link]) => link).filter((link) => link !== "");
}

/** Fixtures do not tell in which directory temporary files are. */
function withoutDirectory(command: string): string {
  return command.replaceAll(`/tmp/${TEMPORARY}`, TEMPORARY);
}

async function spell(step: Step, functions: FixtureFunctions): Promise<unknown[]> {
  if (step instanceof Upload) return spellUpload(step);
  if (step instanceof Download) return [["download", step.src, step.dest]];
  if (step instanceof FunctionCall) return [await functions.spell(step)];
  if (step instanceof StepWithOptions) {
    const commands = await spell(step.step, functions);
    return commands.map((command) => ({ command, ...spellOptions(step.options) }));
  }
  if (typeof step === "string") return [step.trim()];
  const raw = withoutDirectory(step.raw);
  return step.raw === String(step) ? [raw] : [{ raw, masked: withoutDirectory(String(step)) }];
}

/** An upload with owner and mode stands for several commands over there. */
function spellUpload({ source, dest, user, group, mode }: Upload): unknown[] {
  const content = source.kind === "file" ? source.path : new TextDecoder().decode(source.bytes);
  const owner = group === undefined ? user : user === undefined ? group : `${user}:${group}`;
  const path = pathWord(dest);
  return [
    ["upload", content, dest],
    ...(owner === undefined ? [] : [`${user === undefined ? "chgrp" : "chown"} ${quote(owner)} ${path}`]),
    ...(mode === undefined ? [] : [`chmod ${mode} ${path}`]),
  ];
}

function spellOptions(options: StepOptions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [`_${snakeCase(key)}`, revealAll(value)]),
  );
}

function revealAll(value: unknown): unknown {
  if (value instanceof Secret) return reveal(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealAll(inner)]));
}

/**
 * We give a downloaded file its owner and mode before it takes its place, pyinfra does so afterwards: the
 * same commands, with the temporary name instead of the final one.
 */
function ownAfterMove(commands: unknown[]): unknown[] {
  const move = `mv ${TEMPORARY} `;
  const index = commands.findIndex((one) => typeof one === "string" && one.startsWith(move));
  if (index === -1) return commands;
  const dest = String(commands[index]).slice(move.length);
  const isEarly = (one: unknown) => typeof one === "string" && /^(chmod|chown|chgrp) .*_tempfile_$/.test(one);
  const early = commands.slice(0, index).filter(isEarly);
  return [
    ...commands.slice(0, index).filter((one) => !isEarly(one)),
    commands[index],
    ...commands.slice(index + 1),
    ...early.map((one) => String(one).replace(TEMPORARY, () => dest)),
  ];
}
