/** Shows a plan: what would happen on which hosts, with the commands and the differences of files. */

import type { HostPlan, OperationPlan, Plan } from "../engine/events.ts";
import { padEnd, sanitise, sanitiseLine, textWidth, truncate, wrap } from "../terminal/mod.ts";
import { differenceKey, renderDiff } from "./diff_view.ts";
import { count, duration, groupBy, hostList, type View } from "./view.ts";

const INDENT = "      ";
const MOST_COMMAND_LINES = 4;
const MOST_VARIANTS = 3;
const WIDEST_LABEL = 44;

type PlanSymbol = "+" | "~" | "-" | "!" | "?" | "=";

const MEANINGS: Record<PlanSymbol, string> = {
  "+": "create",
  "~": "change",
  "-": "remove",
  "!": "always runs",
  "?": "",
  "=": "already right",
};

/** The lines that show a plan; the last one sums it up. */
export function renderPlan(plan: Plan, hosts: number, seconds: number, view: View): string[] {
  const shown = plan.operations.filter((operation) =>
    view.verbosity > 0 || operation.hosts.some((host) => host.state !== "none")
  );
  const columns = columnWidths(shown);
  const lines: string[] = [];
  for (const deploy of groupBy(shown, (operation) => operation.deploy)) {
    lines.push("", view.style.bold(sanitiseLine(deploy[0]!.deploy)));
    for (const operation of deploy) lines.push(...renderOperation(operation, hosts, columns, view));
  }
  const legend = renderLegend(shown, view);
  if (legend !== undefined) lines.push("", legend);
  return [...lines, "", summary(plan, hosts, seconds, view)];
}

/** `+ create   ~ change`: only the symbols that were used. */
function renderLegend(operations: readonly OperationPlan[], view: View): string | undefined {
  const used = new Set(operations.flatMap(({ hosts }) => hosts.map(symbolOf)));
  if (view.verbosity < 1) used.delete("=");
  const states = new Set(operations.flatMap(({ hosts }) => hosts.map(({ state }) => state)));
  const open = [
    states.has("conditional") ? "conditional" : "",
    states.has("depends") ? "depends on earlier changes" : "",
  ].filter(Boolean).join(" or ");
  const parts = (Object.keys(MEANINGS) as PlanSymbol[]).filter((symbol) => used.has(symbol))
    .map((symbol) => `${paintSymbol(symbol, view)} ${symbol === "?" ? open : MEANINGS[symbol]}`);
  return parts.length === 0 ? undefined : `  ${parts.join("   ")}`;
}

/** How many changes there would be. A change is one operation on one host. */
function summary(plan: Plan, hosts: number, seconds: number, view: View): string {
  const all = plan.operations.flatMap((operation) => operation.hosts);
  const acting = all.filter(({ state }) => state !== "none");
  const time = view.style.dim(`  ${duration(seconds)}`);
  if (acting.length === 0) {
    const wanted = hosts === 1 ? "1 host is as wanted" : `${hosts} hosts are as wanted`;
    return `${view.style.bold(view.style.green("No changes."))} ${wanted}.${time}`;
  }
  const touched = new Set(acting.map(({ host }) => host)).size;
  const [changes, ...others] = planCounts(plan);
  const parts = [`${changes} on ${count(touched, "host")}`, ...others];
  return `${view.style.bold("Plan:")} ${parts.join(", ")}.${time}`;
}

/** How much a plan holds of what, in words: the changes first, then what is there of all else. */
export function planCounts({ operations }: Plan): string[] {
  const all = operations.flatMap(({ hosts }) => hosts);
  const number = (...states: HostPlan["state"][]) => all.filter(({ state }) => states.includes(state)).length;
  return [
    count(number("change", "always"), "change"),
    number("conditional") > 0 ? `${number("conditional")} conditional` : "",
    dependsNote(number("depends")),
    number("none") > 0 ? `${number("none")} already right` : "",
  ].filter((part) => part !== "");
}

/** A plan that holds some of these is not exact, and says so. */
function dependsNote(number: number): string {
  if (number === 0) return "";
  return number === 1 ? "1 depends on earlier ones" : `${number} depend on earlier ones`;
}

interface ColumnWidths {
  label: number;
  operation: number;
}

function columnWidths(operations: readonly OperationPlan[]): ColumnWidths {
  const widest = (texts: string[]) => Math.max(0, ...texts.map((text) => textWidth(sanitiseLine(text))));
  return {
    label: Math.min(WIDEST_LABEL, widest(operations.map(({ label }) => label))),
    operation: widest(operations.map(({ operation }) => operation)),
  };
}

function renderOperation(
  operation: OperationPlan,
  all: number,
  columns: ColumnWidths,
  view: View,
): string[] {
  const acting = operation.hosts.filter((host) => host.state !== "none");
  const right = operation.hosts.filter((host) => host.state === "none");
  const groups = groupBy(acting, (host) => symbolOf(host) + (isOpen(host) ? noteOf(host) : ""));
  const lines = groups.flatMap((group, index) => {
    const unchanged = index > 0 || view.verbosity > 0 ? [] : right.map((host) => host.host);
    return [
      ...renderRow(operation, group, unchanged, all, columns, view),
      ...renderCommands(group, view),
      ...(view.diff ? renderDiffs(group, view) : []),
    ];
  });
  if (view.verbosity < 1 || right.length === 0) return lines;
  for (const group of groupBy(right, (host) => host.noops.join("\n"))) {
    lines.push(...renderRow(operation, group, [], all, columns, view));
    for (const noop of group[0]!.noops) lines.push(view.style.dim(INDENT + sanitiseLine(noop)));
  }
  return lines;
}

function renderRow(
  operation: OperationPlan,
  group: readonly HostPlan[],
  unchanged: readonly string[],
  all: number,
  columns: ColumnWidths,
  view: View,
): string[] {
  const { style, glyphs } = view;
  const names = group.map((host) => host.host);
  const whole = sanitiseLine(operation.label);
  const label = view.cuts ? truncate(whole, columns.label, glyphs.ellipsis) : whole;
  const start = `  ${paintSymbol(symbolOf(group[0]!), view)} ${padEnd(label, columns.label)}  ` +
    padEnd(operation.operation, columns.operation);
  const notes = [
    operation.runOnce ? "once" : "",
    noteOf(group[0]!),
    unchangedNote(unchanged, view.cuts),
  ].filter(Boolean);
  const room = Math.max(10, view.width - textWidth(start) - 2);
  const note = notes.length === 0 ? "" : `  ${style.dim(notes.join(", "))}`;
  const hosts = hostList(names, all, Math.max(10, room - textWidth(note)));
  const row = truncate(`${start}  ${hosts}${note}`.trimEnd(), view.width, glyphs.ellipsis);
  if (view.cuts || names.length === 1 || textWidth(row) <= view.fit) return [row];
  // Too many names for one line are wrapped, where nothing is cut.
  const short = `${start}  ${hostList(names, all, Math.max(10, view.fit - textWidth(start) - 2))}${note}`;
  return [
    short.trimEnd(),
    ...wrap(names.map(sanitiseLine).join(" "), view.fit - 8).map((line) => INDENT + style.dim(line)),
  ];
}

function unchangedNote(hosts: readonly string[], cuts: boolean): string {
  if (hosts.length === 0) return "";
  return hosts.length <= 2 || !cuts
    ? `(${hosts.map(sanitiseLine).join(" ")} unchanged)`
    : `(${hosts.length} unchanged)`;
}

/** The commands of some hosts, once for all that have the same. */
function renderCommands(group: readonly HostPlan[], view: View): string[] {
  const variants = groupBy(
    group.filter(({ commands }) => commands.length > 0),
    ({ commands }) => commands.join("\0"),
  );
  const shown = view.cuts ? variants.slice(0, MOST_VARIANTS) : variants;
  const lines = shown.flatMap((hosts) => [
    ...(variants.length > 1 ? [variantHeading(hosts, view)] : []),
    ...renderCommandList(hosts[0]!.commands, view),
  ]);
  const hidden = variants.slice(shown.length).flat().length;
  if (hidden > 0) {
    const more = `${view.glyphs.ellipsis} other commands on ${count(hidden, "more host")}, -v shows all`;
    lines.push(INDENT + view.style.dim(more));
  }
  return lines;
}

function variantHeading(hosts: readonly HostPlan[], view: View): string {
  const names = hosts.map(({ host }) => host);
  const list = hostList(names, Infinity, view.width - 12);
  const same = hosts.length > 1 && list === count(hosts.length, "host");
  return INDENT + view.style.dim(same ? `same on ${list}:` : `${list}:`);
}

function renderCommandList(commands: readonly string[], view: View): string[] {
  const lines = commands.flatMap((command) =>
    sanitise(command.trimEnd()).split("\n").map((line, index) => `${index === 0 ? "$" : " "} ${line}`)
  );
  const all = !view.cuts || lines.length <= MOST_COMMAND_LINES;
  const shown = all ? lines : lines.slice(0, MOST_COMMAND_LINES);
  const rest = lines.length - shown.length;
  return [
    ...shown.map((line) => truncate(line, view.width - INDENT.length, view.glyphs.ellipsis)),
    ...(rest > 0 ? [`${view.glyphs.ellipsis} ${rest} more, -v shows all`] : []),
  ].map((line) => INDENT + view.style.dim(line));
}

function renderDiffs(group: readonly HostPlan[], view: View): string[] {
  const diffs = group.flatMap(({ host, diffs }) => diffs.map((diff) => ({ host, diff })));
  const same = groupBy(
    diffs,
    ({ diff }) => JSON.stringify([diff.path, diff.before ?? null, diff.after ?? null]),
  );
  // Files that differ elsewhere may be changed alike.
  return groupBy(same, ([first]) => differenceKey(first!.diff))
    .map((groups) => groups.flat())
    .flatMap((members) => renderDiff(members[0]!.diff, members.map(({ host }) => host), view))
    .map((line) => INDENT + line);
}

function symbolOf(host: HostPlan): PlanSymbol {
  switch (host.state) {
    case "none":
      return "=";
    case "always":
      return "!";
    case "conditional":
    case "depends":
      return "?";
    default:
      return ({ create: "+", change: "~", remove: "-" } as const)[host.effect];
  }
}

function isOpen(host: HostPlan): boolean {
  return host.state === "conditional" || host.state === "depends";
}

function noteOf(host: HostPlan): string {
  const reason = host.reason === undefined ? "" : sanitiseLine(host.reason);
  if (host.state === "conditional") return reason || "if its condition holds";
  if (host.state !== "depends") return "";
  // Of what could not be planned, the reason is the failure.
  return host.dependsOn === undefined ? `depends on earlier changes${reason && `: ${reason}`}` : reason;
}

function paintSymbol(symbol: PlanSymbol, { style }: View): string {
  if (symbol === "+") return style.green(symbol);
  if (symbol === "-") return style.red(symbol);
  return symbol === "=" ? style.dim(symbol) : symbol === "?" ? style.cyan(symbol) : style.yellow(symbol);
}
