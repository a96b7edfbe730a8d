/** Facts about the jobs of macOS's launchd. */

import { type Fact, fact } from "../host/mod.ts";
import { serviceSubject } from "./service_subject.ts";

/** Whether the loaded jobs of the current user, or of the system for root, are running, by label. */
export const LaunchdStatus: Fact<Record<string, boolean>> = fact<Record<string, boolean>>({
  name: "launchd.LaunchdStatus",
  about: () => serviceSubject(undefined, "running"),
  remember: {},
  requires: "launchctl",
  command: () => "launchctl list",
  process: (lines) => Object.fromEntries(lines.flatMap(readJob)),
  default: () => ({}),
});

/**
 * The domain of the jobs that `launchctl list` shows: `system` for root, otherwise the one of the user's session.
 * For shells to expand, in double quotes.
 */
export const LAUNCHD_DOMAIN = '$(test "$(id -u)" -eq 0 && echo system || echo "gui/$(id -u)")';

/** Labels of the jobs that were disabled, and so are not loaded at boot or login, however their files have it. */
export const LaunchdDisabled: Fact<string[]> = fact<string[]>({
  name: "launchd.LaunchdDisabled",
  about: () => serviceSubject(undefined, "enabled"),
  remember: {},
  requires: "launchctl",
  command: () => `launchctl print-disabled "${LAUNCHD_DOMAIN}"`,
  process: (lines) => lines.flatMap(readDisabled),
  default: () => [],
});

/** A process, the last exit status and the label: `411 0 com.apple.soagent`, `- 0 com.apple.Spotlight`. */
function readJob(line: string): [string, boolean][] {
  const [, process, label] = /^(\d+|-)\s+-?\d+\s+(.*\S)/.exec(line) ?? [];
  return label === undefined ? [] : [[label, process !== "-"]];
}

/** `"com.openssh.sshd" => disabled`; before macOS 13, `=> true`. */
function readDisabled(line: string): string[] {
  const [, label] = /^\s*"(.*)" => (?:disabled|true)\s*$/.exec(line) ?? [];
  return label === undefined ? [] : [label];
}
