/** Every flag of the command line, with its help. */

import { Command, CommanderError, InvalidArgumentError, Option } from "@commander-js/extra-typings";

export { CommanderError };

/** The words and flags of one call. */
export interface CliOptions {
  limit: string[];
  exclude: string[];
  dry?: true;
  diff?: true;
  yes?: true;
  detailedExitcode?: true;
  parallel?: number;
  serial?: true;
  wait: boolean;
  failPercent?: number;
  retry?: number;
  retryDelay?: number;
  connectTimeout?: number;
  factTimeout?: number;
  maxDownload?: string;
  memory?: string | false;
  data: string[];
  groupData: string[];
  config?: string;
  chdir?: string;
  sudo?: true;
  sudoUser?: string;
  useSudoLogin?: true;
  useSudoPassword?: true;
  sameSudoPassword?: true;
  sudoPasswordFile?: string;
  preserveSudoEnv?: true;
  sudoPerCommand?: true;
  suUser?: string;
  useSuLogin?: true;
  doas?: true;
  doasUser?: string;
  dzdo?: true;
  dzdoUser?: string;
  shellExecutable?: string;
  sshUser?: string;
  sshPort?: number;
  sshKey?: string;
  sshProxyJump?: string;
  sshBackend?: "auto" | "openssh" | "ssh2";
  sshPasswordPrompt?: true;
  sshPasswordFile?: string;
  user?: string;
  port?: number;
  key?: string;
  allowRead?: string;
  allowWrite?: string;
  allowNet?: string;
  allowEnv?: string;
  allowRun?: string;
  trustConfig?: true;
  verbose: number;
  color?: string;
  input: boolean;
  json?: true;
  debug?: true;
  debugOperations?: true;
}

/** Builds the command line. `act` receives what was typed. */
export function createProgram(
  version: string,
  act: (inventory: string | undefined, operations: string[], options: CliOptions) => void,
): Command {
  const program = new Command("drover")
    .description("Agentless infrastructure in TypeScript: read facts from hosts, plan changes, apply them.")
    .usage("[OPTIONS] INVENTORY OPERATIONS...")
    .argument(
      "[inventory]",
      "inventory file, host, host1,host2, @local, @docker/IMAGE, @ssh/HOST, file.ts:function, ansible:FILE, -",
    )
    .argument("[operations...]", "deploy files, or one of the forms above")
    .version(`drover ${version}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError()
    .configureHelp({ sortOptions: false });
  for (const [group, options] of GROUPS) {
    program.optionsGroup(group);
    for (const option of options()) program.addOption(withEnvironment(option));
  }
  return program.action((inventory, operations, options) =>
    act(inventory, operations, options as unknown as CliOptions)
  ) as unknown as Command;
}

const EXAMPLES = `
Forms:
  drover INVENTORY deploy.ts [more.ts...]          plan, ask, apply
  drover INVENTORY exec -- COMMAND...              run a shell command
  drover INVENTORY fact MODULE.Fact [key=value]    read facts, as JSON on standard output
  drover INVENTORY MODULE.OPERATION [key=value]    one operation
  drover INVENTORY ./tasks/app.ts:NAME [key=value] an operation, deploy() or function that a file exports;
                                                   fact ./facts/app.ts:NAME for its facts
  drover INVENTORY debug-inventory                 hosts, groups and data
  drover permissions INVENTORY [deploy.ts...]      what a run would hold on this machine, and why

Projects (drover COMMAND --help tells more):
  drover init [DIR]                                a new project that works at once
  drover types [DIR]                               declarations for editors, in .drover/
  drover check INVENTORY deploy.ts...              types, files and data, without any host
  drover completions bash|zsh|fish                 completion for the shell
  drover convert PATH                              a deploy of pyinfra, written in TypeScript

Examples:
  drover inventories/production.ts deploy.ts --limit web_servers --dry --diff
  drover web-01,web-02 exec --sudo -- systemctl is-active nginx
  drover @local fact server.LinuxDistribution
  drover @docker/debian:12 apt.packages nginx update=true

Every flag can be set in the environment: --fail-percent is DROVER_FAIL_PERCENT.
Exit statuses: 0 done, 1 failed, 2 changes (--detailed-exitcode), 3 no host, 4 unreachable,
5 stopped early, 64 usage, 65 invalid files, 70 bug, 130 interrupted.`;

const GROUPS: readonly [string, () => Option[]][] = [
  ["Targeting:", () => [
    list("-l, --limit <group or pattern>", "only these hosts: group names or globs; repeatable"),
    list("--exclude <group or pattern>", "all but these; repeatable"),
  ]],
  ["Change:", () => [
    new Option("--dry", "end after the plan"),
    new Option("--diff", "show differences of files in the plan"),
    new Option("-y, --yes", "apply without asking"),
    new Option("--detailed-exitcode", "exit 2 when there are changes to make, or changes were made"),
  ]],
  ["Flow:", () => [
    new Option("--parallel <hosts>", "hosts worked on at once").argParser(count),
    new Option("--serial", "one host after the other"),
    new Option("--no-wait", "every host at its own pace"),
    new Option("--fail-percent <percent>", "stop when more hosts than this have failed").argParser(percent),
    new Option("--retry <times>", "try failed operations again").argParser(count),
    new Option("--retry-delay <seconds>", "between attempts").argParser(number),
    new Option("--connect-timeout <seconds>", "to reach a host, and anew for its shell to answer").argParser(
      number,
    ),
    new Option("--fact-timeout <seconds>", "that reading a fact may take: 120; 0 waits without end")
      .argParser(number),
    new Option("--max-download <size>", "largest file to fetch from a host: 500MB, 2GiB, bytes (1GiB)")
      .argParser(size),
    new Option(
      "--memory <file>",
      "remember there which facts the deploy asks, to read them at once next time",
    ),
    new Option("--no-memory", "do not remember them, not even in your state directory"),
  ]],
  ["Data:", () => [
    list("--data <key=value>", "data that wins over the inventory's; repeatable"),
    list("--group-data <path>", "another group_data directory or file; repeatable"),
    new Option("--config <file>", "options of the run, instead of config.ts"),
    new Option("--chdir <directory>", "work in this directory"),
  ]],
  ["Privilege:", () => [
    new Option("--sudo", "use sudo"),
    new Option("--sudo-user <user>", "user to become with sudo"),
    new Option("--use-sudo-login", "with a login shell (sudo -i)"),
    new Option("--preserve-sudo-env", "keep the environment (sudo -E)"),
    new Option("--use-sudo-password", "ask for the sudo password before connecting"),
    new Option(
      "--same-sudo-password",
      "accepted for pyinfra's sake: one password is always asked for all hosts",
    ).hideHelp(),
    new Option(
      "--sudo-password-file <file>",
      "read the sudo password from a file (DROVER_SUDO_PASSWORD: from the environment)",
    ),
    new Option("--sudo-per-command", "escalate each command by itself, where every sudo is audited"),
    new Option("--su-user <user>", "user to become with su"),
    new Option("--use-su-login", "with a login shell (su -l)"),
    new Option("--doas", "use doas"),
    new Option("--doas-user <user>", "user to become with doas"),
    new Option("--dzdo", "use dzdo"),
    new Option("--dzdo-user <user>", "user to become with dzdo"),
    new Option("--shell-executable <shell>", "shell that reads commands: sh"),
  ]],
  ["SSH:", () => [
    new Option("--ssh-user <user>", "user to log in as"),
    new Option("--ssh-port <port>", "port").argParser(count),
    new Option("--ssh-key <file>", "private key"),
    new Option("-J, --ssh-proxy-jump <hosts>", "jump hosts on the way: [user@]host[:port], by commas"),
    new Option("--ssh-backend <client>", "what carries SSH: auto, openssh (the system's) or ssh2 (bundled)")
      .choices(["auto", "openssh", "ssh2"]),
    new Option("--ssh-password-prompt", "ask for the SSH password before connecting"),
    new Option("--ssh-password-file <file>", "read the SSH password from a file"),
    new Option("--user <user>", "--ssh-user").hideHelp(),
    new Option("--port <port>", "--ssh-port").argParser(count).hideHelp(),
    new Option("--key <file>", "--ssh-key").hideHelp(),
  ]],
  ["Permissions of the deploy (it may read its project and nothing else):", () => [
    new Option("--allow-read [paths]", "more files and directories"),
    new Option("--allow-write [paths]", "write files of this machine"),
    new Option("--allow-net [hosts]", "reach hosts of the network from the deploy's own code"),
    new Option("--allow-env [names]", "read environment variables"),
    new Option("--allow-run [programs]", "start programs of this machine, as local.shell does"),
    new Option("--trust-config", "allow what config.ts and the inventory ask for, without a question"),
  ]],
  ["Output:", () => [
    new Option("-v, --verbose", "more: -v reasons and facts, -vv commands, -vvv remote output")
      .argParser((_value: string, previous: number) => previous + 1).default(0, "0"),
    new Option("--color <when>", "auto, always or never").choices(["auto", "always", "never"]),
    new Option("--no-input", "never ask"),
    new Option("--json", "events or results as JSON on standard output; without --yes nothing is changed"),
    new Option("--debug", "stacks of bugs"),
    new Option("--debug-operations", "print the plan as JSON and end"),
  ]],
];

/** Every flag has a twin in the environment, but for those that are given several times. */
function withEnvironment(option: Option): Option {
  const name = option.attributeName();
  if (["limit", "exclude", "data", "groupData", "verbose"].includes(name)) return option;
  return option.env(`DROVER_${option.long!.slice(2).replaceAll("-", "_").toUpperCase()}`);
}

function list(flags: string, description: string): Option {
  const add = (value: string, previous: string[]) => [...previous, value];
  return new Option(flags, description).argParser(add).default([], "") as unknown as Option;
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw invalid("a number");
  return value;
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw invalid("a whole number");
  return Number(text);
}

function size(text: string): string {
  if (!/^\d+(\.\d+)?\s*([kmgt]i?b?|b)?$/i.test(text) || /[kmgt]i$/i.test(text)) {
    throw invalid("a size such as 500MB or 2GiB, or a number of bytes");
  }
  return text;
}

function percent(text: string): number {
  const value = number(text.replace(/%$/, ""));
  if (value > 100) throw invalid("a percentage from 0 to 100");
  return value;
}

function invalid(wanted: string): InvalidArgumentError {
  return new InvalidArgumentError(`It must be ${wanted}.`);
}

/** As in Deno, values of `--allow-…` follow an equals sign: the next word is never theirs. */
export function withBareFlags(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, index) =>
    /^--allow-(read|write|net|env|run)$/.test(word) && (end < 0 || index < end) ? `${word}=` : word
  );
}
