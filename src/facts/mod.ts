/** All facts, by module. */

import * as apt from "./apt.ts";
import * as deb from "./deb.ts";
import * as files from "./files/mod.ts";
import * as git from "./git.ts";
import * as gpg from "./gpg.ts";
import * as pip from "./pip.ts";
import * as server from "./server/mod.ts";
import * as systemd from "./systemd.ts";

export { apt, deb, files, git, gpg, pip, server, systemd };

declare module "../host/fact.ts" {
  interface FactModules {
    apt: typeof apt;
    deb: typeof deb;
    files: typeof files;
    git: typeof git;
    gpg: typeof gpg;
    pip: typeof pip;
    server: typeof server;
    systemd: typeof systemd;
  }
}
