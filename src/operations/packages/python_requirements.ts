/** Requirements of Python packages as pip reads them (PEP 508), and the versions that meet them (PEP 440). */

import { DroverError } from "../../errors/mod.ts";
import { pythonName } from "../../facts/pip.ts";
import type { PackageName } from "./ensure.ts";

/** Name, extras such as `[socks]`, and what follows. */
const REQUIREMENT_REGEXP = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\s*(\[[^\]]*\])?\s*(.*)$/is;
const URL_OR_PATH_REGEXP = /^[a-z][a-z0-9+.-]*:\/\/|^[^@;=<>~! ]*(\/|\.(whl|zip|tar\.gz|tgz)$)/i;
const CONDITION_REGEXP = /^(===|==|!=|<=|>=|~=|<|>)\s*([^\s,]+)$/;
const VERSION_REGEXP = new RegExp(
  String.raw`^v?(?:(\d+)!)?(\d+(?:\.\d+)*)` +
    String.raw`(?:[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?(\d*))?` +
    String.raw`(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?` +
    String.raw`(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`,
  "i",
);

/**
 * Takes a requirement apart: `Flask[async]>=2,<3` is the package `flask` in version `>=2,<3`.
 *
 * @throws {DroverError} `E_ARGUMENT` for what pip would not understand.
 */
export function parseRequirement(text: string): PackageName {
  const trimmed = text.trim();
  if (URL_OR_PATH_REGEXP.test(trimmed)) return parseUrl(trimmed);
  const [, name = "", extras = "", rest = ""] = REQUIREMENT_REGEXP.exec(trimmed) ?? [];
  const known = pythonName(name);
  const origin = `${known}${extras.replaceAll(/\s+/g, "")}`;
  if (known !== "" && rest.startsWith("@")) {
    return { name: known, version: rest, spelled: `${origin} ${rest}` };
  }
  // Which environment a marker means is for pip to know.
  const [conditions = "", marker] = rest.split(/(;.*)/s);
  const version = conditions.replaceAll(/\s+/g, "").replace(/^\((.*)\)$/, "$1");
  if (known === "" || !isVersion(version)) throw notUnderstood(text);
  const spelled = `${origin}${version}${marker === undefined ? "" : ` ${marker}`}`;
  return { name: known, spelled, ...(version === "" ? {} : { version }) };
}

/**
 * Whether an installed version is as wanted: every condition of `>=2,<3` holds, or it comes from the same URL.
 *
 * @param installed A version, or `@ URL` as `pip freeze` writes it.
 */
export function satisfiesRequirement(installed: string, wanted: string): boolean {
  if (wanted.startsWith("@")) {
    const url = (text: string) => text.slice(1).split(";")[0]!.trim();
    // What was installed from a repository has its commit behind the URL.
    return url(installed) === url(wanted) || url(installed).startsWith(`${url(wanted)}@`);
  }
  const version = parseVersion(installed);
  if (version === undefined) return false;
  return wanted.split(",").filter((one) => one.trim() !== "").every((one) => holds(version, one.trim()));
}

/**
 * The same as {@linkcode satisfiesRequirement} for what is listed with its version only, wherever it came from: a URL
 * is satisfied by any.
 */
export function satisfiesTool(installed: string, wanted: string): boolean {
  return wanted.startsWith("@") || satisfiesRequirement(installed, wanted);
}

/** A URL or a file has no name, unless it tells: `…#egg=tool`, `tool-1.2-py3-none-any.whl`. */
function parseUrl(text: string): PackageName {
  const wheel = /([^/]+?)-([^-/]+)(?:-[^-/]+){3,4}\.whl$/.exec(text);
  if (wheel !== null) return { name: pythonName(wheel[1]!), version: `==${wheel[2]}`, spelled: text };
  const egg = /[#&]egg=([A-Za-z0-9._-]+)/.exec(text)?.[1];
  const name = egg === undefined ? text : pythonName(egg);
  return { name, version: `@ ${text.replace(/#.*/, "")}`, spelled: text };
}

function isVersion(text: string): boolean {
  if (text === "") return true;
  return text.split(",").every((one) => {
    const [, operator, version = ""] = CONDITION_REGEXP.exec(one.trim()) ?? [];
    return operator === "===" || parseVersion(version.replace(/\.\*$/, "")) !== undefined;
  });
}

function notUnderstood(text: string): DroverError {
  return new DroverError("E_ARGUMENT", `${JSON.stringify(text)} is not a requirement of a Python package`, {
    hint: 'write "flask", "flask==2.3.1", "flask[async]>=2,<3" or "flask @ https://…"',
  });
}

/** A version in parts that compare one by one. */
interface Version {
  text: string;
  epoch: number;
  release: number[];
  /** Stages from `dev` to `post`, as numbers that sort. */
  stage: number[];
  isPost: boolean;
  local: string | undefined;
}

function parseVersion(text: string): Version | undefined {
  const match = VERSION_REGEXP.exec(text.trim());
  if (match === null) return undefined;
  const [, epoch, release = "", letter, pre, implicitPost, post, postNumber, dev, devNumber, local] = match;
  const isPost = post !== undefined || implicitPost !== undefined;
  const preRank = letter !== undefined ? rank(letter) : dev !== undefined && !isPost ? 0 : 4;
  const stage = [
    preRank,
    Number(pre ?? 0),
    isPost ? Number(implicitPost ?? postNumber ?? 0) : -1,
    dev === undefined ? Infinity : Number(devNumber ?? 0),
  ];
  const parts = release.split(".").map(Number);
  return { text: text.trim(), epoch: Number(epoch ?? 0), release: parts, stage, isPost, local };
}

function rank(letter: string): number {
  if (/^a/i.test(letter)) return 1;
  return /^b/i.test(letter) ? 2 : 3;
}

function holds(version: Version, condition: string): boolean {
  const [, operator, text = ""] = CONDITION_REGEXP.exec(condition) ?? [];
  if (operator === "===") return version.text.toLowerCase() === text.toLowerCase();
  const isPrefix = text.endsWith(".*");
  const wanted = parseVersion(isPrefix ? text.slice(0, -2) : text);
  if (wanted === undefined) return false;
  const order = compare(version, wanted);
  switch (operator) {
    case "==":
    case "!=": {
      const same = isPrefix ? startsWith(version, wanted, wanted.release.length) : order === 0;
      const sameLocal = wanted.local === undefined || wanted.local === version.local;
      return (same && sameLocal) === (operator === "==");
    }
    case "~=":
      return order >= 0 && startsWith(version, wanted, wanted.release.length - 1);
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0 && (wanted.isPost || !(version.isPost && sameRelease(version, wanted)));
    default:
      return order < 0 && (isEarly(wanted) || !(isEarly(version) && sameRelease(version, wanted)));
  }
}

function compare(left: Version, right: Version): number {
  const length = Math.max(left.release.length, right.release.length);
  const parts = (one: Version) => [
    one.epoch,
    ...Array.from({ length }, (_, index) => one.release[index] ?? 0),
    ...one.stage,
  ];
  const other = parts(right);
  const difference = parts(left).map((part, index) => Math.sign(part - other[index]!) || 0);
  return difference.find((one) => one !== 0) ?? 0;
}

function startsWith(version: Version, prefix: Version, length: number): boolean {
  return version.epoch === prefix.epoch &&
    prefix.release.slice(0, length).every((part, index) => part === (version.release[index] ?? 0));
}

function sameRelease(left: Version, right: Version): boolean {
  return startsWith(left, right, right.release.length) && startsWith(right, left, left.release.length);
}

function isEarly({ stage: [pre, , , dev] }: Version): boolean {
  return pre !== 4 || dev !== Infinity;
}
