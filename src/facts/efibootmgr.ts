/** Facts about what UEFI firmware boots. */

import { type Fact, fact } from "../host/mod.ts";

/** The boot variables, by the names that efibootmgr has for them. */
export interface EfiBootVariables {
  /** Number of the entry for the next boot only. */
  BootNext?: number;
  /** Number of the entry that has been booted. */
  BootCurrent?: number;
  /** Seconds for which the firmware waits. */
  Timeout?: number;
  /** Numbers of the entries in the order in which they are tried. */
  BootOrder?: number[];
  /** Whether an entry is active and what it is called, by number. */
  Entries: Record<number, [active: boolean, label: string]>;
}

/**
 * The boot variables of UEFI; `undefined` where the host was not booted by it, or there is no efibootmgr.
 *
 * @example
 * ```ts
 * const boot = await host.getFact(facts.efibootmgr.EFIBootMgr);
 * const [, label] = boot?.Entries[boot.BootCurrent ?? 0] ?? [];
 * ```
 */
export const EFIBootMgr: Fact<EfiBootVariables | undefined> = fact<EfiBootVariables | undefined>({
  name: "efibootmgr.EFIBootMgr",
  remember: {},
  requires: "efibootmgr",
  command: () => "efibootmgr || true",
  default: () => undefined,
  process: (lines) => {
    const value = (name: string) =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2).trim();
    const [next, current, timeout, order] = ["BootNext", "BootCurrent", "Timeout", "BootOrder"].map(value);
    // Newer versions print the path of the device behind a tab.
    const entries = lines.flatMap((line) => {
      const [, number, star, label] = /^Boot([0-9A-F]{4})(\*)? ?([^\t]*)/i.exec(line) ?? [];
      return number === undefined ? [] : [[hex(number), [star === "*", label!.trim()]] as const];
    });
    if (current === undefined && order === undefined && entries.length === 0) return undefined;
    return {
      ...(next === undefined ? {} : { BootNext: hex(next) }),
      ...(current === undefined ? {} : { BootCurrent: hex(current) }),
      ...(timeout === undefined ? {} : { Timeout: Number.parseInt(timeout) }),
      ...(order === undefined ? {} : { BootOrder: order.split(",").filter((one) => one !== "").map(hex) }),
      Entries: Object.fromEntries(entries) as Record<number, [boolean, string]>,
    };
  },
});

function hex(text: string): number {
  return Number.parseInt(text, 16);
}
