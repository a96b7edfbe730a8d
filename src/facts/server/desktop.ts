/** Facts about graphical desktops. */

import { type Fact, fact } from "../../host/mod.ts";

const SESSIONS_COMMAND = "ls /usr/bin/*session || true";

/** Programs that start the session of a desktop. */
const DESKTOPS: Readonly<Record<string, string>> = {
  "/usr/bin/cinnamon-session": "Cinnamon",
  "/usr/bin/gnome-session": "GNOME",
  "/usr/bin/lxqt-session": "LXQt",
  "/usr/bin/lxsession": "LXDE",
  "/usr/bin/mate-session": "MATE",
  "/usr/bin/plasma_session": "KDE Plasma",
  "/usr/bin/xfce4-session": "XFCE 4",
};

/** The desktops that are installed: `GNOME`, `KDE Plasma`. Linux only. */
export const LinuxGui: Fact<string[]> = fact<string[]>({
  name: "server.LinuxGui",
  remember: {},
  command: () => SESSIONS_COMMAND,
  process: desktops,
  default: () => [],
});

/** Whether a desktop is installed. Linux only. */
export const HasGui: Fact<boolean> = fact<boolean>({
  name: "server.HasGui",
  remember: {},
  command: () => SESSIONS_COMMAND,
  process: (lines) => desktops(lines).length > 0,
  default: () => false,
});

function desktops(lines: string[]): string[] {
  return lines.flatMap((line) => DESKTOPS[line.trim()] ?? []);
}
