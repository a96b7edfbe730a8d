/** The files of a new project. */

/** A file's text by its path. The imports are those of `deno.json`. */
export function starterFiles(imports: Record<string, string>): Record<string, string> {
  const denoConfig = { imports, exclude: [".drover", "build"] };
  return {
    "inventory.ts": INVENTORY,
    "group_data/all.ts": DATA,
    "deploy.ts": DEPLOY,
    "templates/welcome.txt.j2": TEMPLATE,
    "config.ts": CONFIG,
    "deno.json": json(denoConfig),
    ".gitignore": "# Written by `drover types`\n/.drover/\n# Made by the first deploy\n/build/\n",
    ".vscode/settings.json": json({ "deno.enable": true }),
    ".vscode/extensions.json": json({ recommendations: ["denoland.vscode-deno"] }),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const INVENTORY = `/** The hosts. Every exported list is a group, everything else is data. */

import type { Hosts } from "drover";

// This machine, to start with: its files go into the project's own directory.
export const workstations: Hosts = [
  ["@local", { app_directory: \`\${import.meta.dirname}/build\` }],
];

// Servers, as \`ssh\` would reach them:
//
// export const web_servers: Hosts = [
//   "web-01.example.com",
//   ["web-02.example.com", { ssh_user: "deploy", ssh_port: 2222 }],
// ];
// export const web_servers_data = { greeting: "Hello from the web" };
`;

const DATA = `/** Data of all hosts. Groups and hosts may have values of their own. */

/** Where the application lives. */
export const app_directory: string = "/srv/welcome";

export const greeting: string = "Hello";
`;

const DEPLOY = `/** What every host should look like: run for each host, top to bottom. */

import { host, sh } from "drover";
import { files, server } from "drover/operations";

// With this, editors complete the data, and \`drover check\` knows its types.
type SharedData = typeof import("./group_data/all.ts");
declare module "drover" {
  interface DataTypes extends SharedData {}
}

const directory = host.data.app_directory;

await files.directory({
  name: "Create the application's directory",
  path: directory,
  mode: "755",
});

const welcome = await files.template({
  name: "Write the welcome",
  src: "templates/welcome.txt.j2",
  dest: \`\${directory}/welcome.txt\`,
  data: { greeting: host.data.greeting },
  mode: "644",
});

// Commands run every time, unless they have a condition.
await server.shell({
  name: "Note when the welcome changed",
  commands: [sh\`date >> \${directory}/changes.log\`],
  _if: welcome,
});
`;

const TEMPLATE = `{{ greeting }} from {{ host.name }}!
`;

const CONFIG = `/** Options of every run; the command line's flags are stronger. */

/** Hosts that are worked on at once. */
export const parallel = 20;

/** Differences of files are shown in the plan. */
export const diff = true;
`;
