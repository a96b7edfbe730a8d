/** Whether a systemd unit starts at boot, and what has to be done for it to start there, or not. */

import { DroverError } from "../errors/mod.ts";
import { type SystemdTarget, SystemdUnitFile, SystemdUnits, type UnitInfo } from "../facts/systemd.ts";
import { host } from "../host/mod.ts";

/** What is to be done about a unit's start at boot: words for each `systemctl`, or why there is nothing to do. */
export type BootPlan = { acts: readonly (readonly string[])[] } | { settled: string };

/** A unit, which systemd, and what that knows of it. */
export interface BootQuestion {
  /** Its name as it was given. */
  unit: string;
  target: SystemdTarget;
  /** Absent for what is no unit of its own: templates, and names that nobody knows. */
  info: UnitInfo | undefined;
}

/**
 * Finds what to do. Some states say little: systemd enables a unit by enabling others, or by asking an init
 * script, so that its files are looked at.
 *
 * @throws {DroverError} `E_UNIT` where `systemctl` could try again and again without ever coming there.
 */
export async function planBoot(question: BootQuestion, wanted: boolean): Promise<BootPlan> {
  const { unit, info } = question;
  // What is an alias is refused by enable and disable.
  const name = info?.name || unit;
  const state = info?.fileState ?? await templateState(question, wanted);
  const verb = wanted ? "enable" : "disable";
  const settled = { settled: `service ${unit} is ${verb}d` };
  const act = { acts: [[verb, name]] };
  const untilBoot = ["disable", "--runtime", name];
  switch (state) {
    case "enabled":
      return wanted ? settled : act;
    case "enabled-runtime":
      // Behind a lasting state, the passing one would be found the next time.
      return { acts: wanted ? [untilBoot, [verb, name]] : [untilBoot] };
    case "disabled":
      return wanted ? act : settled;
    case "masked":
    case "masked-runtime":
      if (wanted) throw masked(unit, info, "enabled");
      return { settled: `service ${unit} is masked` };
    case "linked":
    case "linked-runtime":
      return wanted ? await planLinked(question, act) : settled;
    case "static":
      return await planStatic(question, wanted);
    case "indirect":
      return await planIndirect(question, wanted, act);
    case "generated":
      return await planGenerated(question, wanted, act);
    case "transient":
      if (wanted) throw transient(unit);
      return settled;
    default:
      // A unit file may still come to be before this operation's turn; otherwise systemctl says what is missing.
      return wanted ? act : settled;
  }
}

/**
 * Nothing can be started that is masked.
 *
 * @throws {DroverError} `E_UNIT`.
 */
export function checkStartable(unit: string, info: UnitInfo | undefined): void {
  if (info?.loadState === "masked") throw masked(unit, info, "started");
}

/** A unit whose file is elsewhere stays `linked` where it has nothing to enable. */
async function planLinked(question: BootQuestion, act: BootPlan): Promise<BootPlan> {
  if (await hasInstall(question)) return act;
  return { settled: `service ${question.unit} is linked, and has no [Install] section: others start it` };
}

/** Without an `[Install]` section there is nothing to enable. Disabled it cannot be if something starts it. */
async function planStatic({ unit, target, info }: BootQuestion, wanted: boolean): Promise<BootPlan> {
  const settled = { settled: `service ${unit} is static: it starts when other units ask for it` };
  if (wanted) return settled;
  const [starter] = await running(info?.startedBy ?? [], target);
  if (starter === undefined) return settled;
  throw unmet(`${unit} is static and ${starter} starts it, so that it cannot be disabled`, {
    // A mask is a link in the place where the unit file is.
    hint: info?.path?.startsWith("/etc/")
      ? `remove ${info.path}, or the link to it below ${starter}.wants`
      : `systemctl mask ${unit} keeps it from being started: in a deploy, ${command(unit, "mask")}`,
  });
}

/**
 * What is indirect is not enabled itself, but known by other names, or its `Also=` names the units that are to be
 * enabled in its place.
 */
async function planIndirect(question: BootQuestion, wanted: boolean, act: BootPlan): Promise<BootPlan> {
  const { unit, target, info } = question;
  const { install } = await readFile(question);
  const hasOwn = ["WantedBy", "RequiredBy", "UpheldBy", "Alias"].some((key) => install[key]?.length);
  // Instances of a template are other names of it.
  if (hasOwn && (wanted || info === undefined || info.startedBy.length > 0)) return act;
  const others = (install.Also ?? []).filter((one) => one !== unit && !/%|@\./.test(one));
  if (hasOwn || others.length === 0) {
    return {
      settled: `service ${unit} is ${hasOwn ? "disabled" : "static: it starts when others ask for it"}`,
    };
  }
  const units = await host.getFact(SystemdUnits, { ...target, services: others });
  const isDone = (one: string) => {
    const { fileState = "", loadState } = units[one] ?? {};
    if (loadState === "masked" || fileState === "static" || fileState === "indirect") return true;
    return fileState.startsWith("enabled") === wanted;
  };
  if (!others.every(isDone)) return act;
  return { settled: `service ${unit} is ${wanted ? "enabled" : "disabled"} by ${others.join(" ")}` };
}

/** Init scripts are enabled like units; other generators, such as that of `/etc/fstab`, decide by themselves. */
async function planGenerated(question: BootQuestion, wanted: boolean, act: BootPlan): Promise<BootPlan> {
  const { unit, info } = question;
  const { state } = await readFile(question);
  if (state === "enabled" || state === "disabled") {
    return (state === "enabled") === wanted ? { settled: `service ${unit} is ${state}` } : act;
  }
  const starts = (info?.startedBy ?? []).length > 0;
  const source = info?.source ?? "a generator's settings";
  if (starts === wanted) return { settled: `service ${unit} is generated from ${source}` };
  throw unmet(`${unit} is generated from ${source} and cannot be ${wanted ? "enabled" : "disabled"}`, {
    hint: `change ${source}, then run systemctl daemon-reload; enabled: null leaves it as it is`,
  });
}

/**
 * The state of a template.
 *
 * @throws {DroverError} `E_UNIT` for one that is to be enabled and does not say as which instance.
 */
async function templateState(question: BootQuestion, wanted: boolean): Promise<string> {
  const { unit } = question;
  const { state, install } = await readFile(question);
  if (!wanted || state === "" || install.DefaultInstance?.length) return state;
  throw unmet(`${unit} is a template without a DefaultInstance=, so that it cannot be enabled itself`, {
    hint: `name an instance, such as ${unit.replace("@", "@NAME")}`,
  });
}

async function hasInstall(question: BootQuestion): Promise<boolean> {
  const { install } = await readFile(question);
  return Object.keys(install).length > 0;
}

function readFile({ unit, target }: BootQuestion) {
  return host.getFact(SystemdUnitFile, { ...target, unit });
}

/** Those of some units that are running. */
async function running(units: readonly string[], target: SystemdTarget): Promise<string[]> {
  if (units.length === 0) return [];
  const known = await host.getFact(SystemdUnits, { ...target, services: units });
  return units.filter((unit) => known[unit]?.running);
}

function masked(unit: string, info: UnitInfo | undefined, what: string): DroverError {
  const verb = info?.fileState === "masked-runtime" ? "unmask --runtime" : "unmask";
  return unmet(`${unit} is masked, so that it cannot be ${what}`, {
    hint: `systemctl ${verb} ${unit} allows it again: in a deploy, ${command(unit, verb)} before this`,
  });
}

function transient(unit: string): DroverError {
  return unmet(`${unit} is transient: a program has started it, and it has no unit file to enable`, {
    hint: `put one into /etc/systemd/system with files.put or files.template`,
  });
}

function command(unit: string, verb: string): string {
  return `systemd.service({ service: "${unit}", running: null, command: "${verb}" })`;
}

function unmet(message: string, { hint }: { hint: string }): DroverError {
  return new DroverError("E_UNIT", message, { host: host.name, hint });
}
