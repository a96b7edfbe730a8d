/** The command line that goes on where a run has failed: the same words, on the hosts that are not done. */

import { maskSecrets, quote } from "../command/mod.ts";
import { isSecretName } from "../inventory/mod.ts";

/**
 * A command line on some of the hosts only.
 *
 * @param words The words of the run that has failed.
 * @param hosts The hosts to go on with; nothing if all of the run's.
 * @example
 * ```ts
 * nextCommand(["inventory.ts", "deploy.ts", "-l", "web"], ["web-02"]); // drover inventory.ts deploy.ts --limit web-02
 * ```
 */
export function nextCommand(words: readonly string[], hosts: readonly string[] | undefined): string {
  const end = words.indexOf("--");
  const [own, rest] = end === -1 ? [words, []] : [words.slice(0, end), words.slice(end)];
  const kept = hosts === undefined ? own : withoutLimits(own);
  const limits = (hosts ?? []).flatMap((host) => ["--limit", host]);
  return ["drover", ...[...kept, ...limits, ...rest].map(withoutSecret).map(quoteWord)].join(" ");
}

function withoutLimits(words: readonly string[]): string[] {
  return words.filter((word, at) => {
    const isValue = at > 0 && /^(-l|--limit)$/.test(words[at - 1]!);
    return !isValue && !/^(-l|--limit$|--limit=)/.test(word);
  });
}

/** `db_password=hunter2` as it may stand in a log. */
function withoutSecret(word: string): string {
  const [, start = "", name = ""] = /^((?:--data=)?([\w.-]+)=)/.exec(word) ?? [];
  return name !== "" && isSecretName(name) ? `${start}***` : maskSecrets(word);
}

function quoteWord(word: string): string {
  return word.includes("\0") ? "'…'" : quote(word);
}
