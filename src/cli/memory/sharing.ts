/** Who is asked what: questions that hosts were asked become questions of their groups, and so of hosts to come. */

import { parseQuestion, type RememberedFact, textOf } from "../../host/mod.ts";
import { type HostNames, withoutNames } from "../../sandbox/asked.ts";
import type { AskedHost, AskedTable, SharedQuestion } from "../../sandbox/protocol.ts";

/** Questions that a host may be asked in vain because most of a group are asked them. */
const MOST_IN_VAIN = 100;

/**
 * What is known after a run. A run of all hosts says everything anew. A run of some adds what they were asked,
 * and takes away what they speak for: what was their own, and what most of a group are not asked any more.
 */
export function share(before: readonly SharedQuestion[], table: AskedTable): SharedQuestion[] {
  if (!table.hosts.some(({ complete }) => complete)) return [...before];
  const groups = membersOf(table.hosts);
  const claims = new Claims();
  for (const question of kept(before, table, groups)) claims.add(question);
  const placing = new Placing(table.hosts, classesOf(table.hosts, groups));
  const askers = askersOf(table);
  const texts = table.questions.map((question) => textOf(question) ?? "");
  const order = [...texts.keys()].sort((a, b) => compare(texts[a]!, texts[b]!));
  for (const number of order) {
    const asking = askers[number]!;
    const text = texts[number]!;
    const missing = asking.filter((host) => !claims.cover(text, table.hosts[host]!));
    if (text === "" || missing.length === 0) continue;
    claims.add({ ...table.questions[number]!, ...placing.place(asking, missing) });
  }
  return claims.list();
}

/** The questions of several inventories for the same deploy as one list. */
export function merge(lists: readonly (readonly SharedQuestion[])[]): SharedQuestion[] {
  const claims = new Claims();
  for (const question of lists.flat()) claims.add(question);
  return claims.list();
}

/** Checks what was read from a file; what is no question is left out, as is one that nobody is asked. */
export function parseShared(value: unknown): SharedQuestion[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: Record<string, unknown>) => {
    const question = parseQuestion(one);
    const [groups, hosts] = [namesOf(one?.groups), namesOf(one?.hosts)];
    if (question === undefined || groups.length + hosts.length === 0) return [];
    return [{ ...question, ...named(groups, hosts) }];
  });
}

/** The part of what was known that a run does not speak for. */
function kept(
  before: readonly SharedQuestion[],
  { questions, hosts }: AskedTable,
  groups: ReadonlyMap<string, readonly number[]>,
): SharedQuestion[] {
  const whole = hosts.every(({ complete }) => complete);
  const texts = questions.map((question) => textOf(question) ?? "");
  const asked = hosts.map(({ asked }) => new Set(asked.map((number) => texts[number]!)));
  const places = new Map(hosts.map(({ name }, index) => [name, index]));
  return before.flatMap((question) => {
    const text = textOf(withoutNames(question)) ?? "";
    const denies = (host: number) => hosts[host]!.complete && !asked[host]!.has(text);
    const stays = (group: string) => {
      const members = groups.get(group);
      // A group without members has some again another time.
      if (members === undefined) return true;
      return !whole && members.filter(denies).length * 2 <= members.length;
    };
    const own = (name: string) => {
      const host = places.get(name);
      return host !== undefined && !whole && !denies(host);
    };
    const names = named((question.groups ?? []).filter(stays), (question.hosts ?? []).filter(own));
    return Object.keys(names).length === 0 ? [] : [{ ...withoutNames(question), ...names }];
  });
}

/** Groups that have the same members among the hosts that took part. */
interface GroupClass {
  members: readonly number[];
  /** The groups that stand for them. */
  names: readonly string[];
}

/**
 * Groups by what is known of them, the largest first. Several may have the same known members: then those with
 * other members besides are chosen, since these are the ones to tell; but a group of everybody only if it is
 * known altogether, or there is no other.
 */
function classesOf(
  hosts: readonly AskedHost[],
  groups: ReadonlyMap<string, readonly number[]>,
): GroupClass[] {
  const byMembers = new Map<string, { members: number[]; names: string[] }>();
  for (const [name, all] of groups) {
    const members = all.filter((host) => hosts[host]!.complete);
    if (members.length === 0) continue;
    const key = members.join(" ");
    const same = byMembers.get(key) ?? { members, names: [] };
    same.names.push(name);
    byMembers.set(key, same);
  }
  const size = (name: string) => groups.get(name)!.length;
  const classes = [...byMembers.values()].map(({ members, names }): GroupClass => {
    const sorted = names.toSorted(compare);
    const general = sorted.filter((name) => size(name) === hosts.length);
    const special = sorted.filter((name) => size(name) < hosts.length);
    const open = special.filter((name) => size(name) > members.length);
    const everybody = members.length === hosts.length || special.length === 0;
    if (everybody) return { members, names: [general.includes("all") ? "all" : general[0] ?? special[0]!] };
    return { members, names: open.length > 0 ? open : special.slice(0, 1) };
  });
  return classes.sort((a, b) => b.members.length - a.members.length || compare(a.names[0]!, b.names[0]!));
}

/** Chooses groups, and hosts where none fits, for those who ask a question. */
class Placing {
  readonly #hosts: readonly AskedHost[];
  readonly #classes: readonly GroupClass[];
  /** How often each host is asked in vain. */
  readonly #inVain: number[];

  constructor(hosts: readonly AskedHost[], classes: readonly GroupClass[]) {
    this.#hosts = hosts;
    this.#classes = classes;
    this.#inVain = hosts.map(() => 0);
  }

  place(asking: readonly number[], missing: readonly number[]): Pick<SharedQuestion, "groups" | "hosts"> {
    const askers = new Set(asking);
    const left = new Set(missing);
    const groups: string[] = [];
    const take = ({ members, names }: GroupClass) => {
      groups.push(...names);
      for (const host of members) left.delete(host);
    };
    const useful = this.#classes.filter(({ members }) => members.some((host) => left.has(host)));
    for (const one of useful) {
      if (one.members.every((host) => askers.has(host)) && one.members.some((host) => left.has(host))) {
        take(one);
      }
    }
    for (const one of useful) {
      if (left.size === 0) break;
      const vain = one.members.filter((host) => !askers.has(host));
      const most = vain.length * 2 < one.members.length;
      if (!most || !one.members.some((host) => left.has(host))) continue;
      if (vain.some((host) => this.#inVain[host]! >= MOST_IN_VAIN)) continue;
      for (const host of vain) this.#inVain[host]!++;
      take(one);
    }
    return named(groups, [...left].map((host) => this.#hosts[host]!.name));
  }
}

/** Questions with everybody who is asked them. */
class Claims {
  readonly #byText = new Map<string, { question: RememberedFact; groups: Set<string>; hosts: Set<string> }>();

  add(question: SharedQuestion): void {
    const bare = withoutNames(question);
    const text = textOf(bare);
    if (text === undefined) return;
    const claim = this.#byText.get(text) ?? { question: bare, groups: new Set(), hosts: new Set() };
    for (const group of question.groups ?? []) claim.groups.add(group);
    for (const host of question.hosts ?? []) claim.hosts.add(host);
    this.#byText.set(text, claim);
  }

  /** Whether a host is asked a question already. */
  cover(text: string, { name, groups }: HostNames): boolean {
    const claim = this.#byText.get(text);
    return claim !== undefined && (claim.hosts.has(name) || groups.some((group) => claim.groups.has(group)));
  }

  /** In the order of their texts. */
  list(): SharedQuestion[] {
    return [...this.#byText].sort(([a], [b]) => compare(a, b))
      .map(([, { question, groups, hosts }]) => ({ ...question, ...named([...groups], [...hosts]) }));
  }
}

function membersOf(hosts: readonly AskedHost[]): Map<string, number[]> {
  const members = new Map<string, number[]>();
  for (const [index, { groups }] of hosts.entries()) {
    for (const group of groups) {
      const list = members.get(group);
      if (list === undefined) members.set(group, [index]);
      else list.push(index);
    }
  }
  return members;
}

/** By question, the hosts that were planned to the end and have asked it. */
function askersOf({ questions, hosts }: AskedTable): number[][] {
  const askers: number[][] = questions.map(() => []);
  for (const [index, { asked, complete }] of hosts.entries()) {
    if (complete) { for (const number of asked) askers[number]!.push(index); }
  }
  return askers;
}

function named(
  groups: readonly string[],
  hosts: readonly string[],
): Pick<SharedQuestion, "groups" | "hosts"> {
  return {
    ...(groups.length === 0 ? {} : { groups: [...new Set(groups)].sort(compare) }),
    ...(hosts.length === 0 ? {} : { hosts: [...new Set(hosts)].sort(compare) }),
  };
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
