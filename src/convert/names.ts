/** What is called differently in Drover than in pyinfra, and how names of Python are spelled. */

/**
 * How many arguments may be given by position where the order of pyinfra and Drover is the same only up to there:
 * arguments were put in between, here or there.
 */
export const SHARED_POSITIONS: Readonly<Record<string, number>> = {
  "apt.packages": 9,
  "files.directory": 9,
  "files.download": 7,
  "files.put": 8,
  "files.replace": 6,
  "files.sync": 6,
  "files.template": 6,
  "server.user": 6,
};

/** Options of `config`. */
export const CONFIG_OPTIONS: Readonly<Record<string, string>> = {
  FAIL_PERCENT: "failPercent",
  CONNECT_TIMEOUT: "connectTimeout",
  TEMP_DIR: "tempDir",
  DEFAULT_TEMP_DIR: "tempDir",
  PARALLEL: "parallel",
  SU_USER: "suUser",
  USE_SU_LOGIN: "useSuLogin",
  SU_SHELL: "suShell",
  PRESERVE_SU_ENV: "preserveSuEnv",
  SU_PASSWORD: "suPassword",
  SUDO: "sudo",
  SUDO_USER: "sudoUser",
  PRESERVE_SUDO_ENV: "preserveSudoEnv",
  USE_SUDO_LOGIN: "useSudoLogin",
  SUDO_PASSWORD: "sudoPassword",
  USE_SUDO_PASSWORD: "useSudoPassword",
  DOAS: "doas",
  DOAS_USER: "doasUser",
  DZDO: "dzdo",
  DZDO_USER: "dzdoUser",
  IGNORE_ERRORS: "ignoreErrors",
  SHELL: "shell",
  DIFF: "diff",
  RETRY: "retry",
  RETRY_DELAY: "retryDelay",
  INHERIT_ENV: "inheritEnv",
  ENV: "env",
};

/** Options of `config` that mean nothing to Drover, and what to do about them. */
export const DROPPED_OPTIONS: Readonly<Record<string, string>> = {
  REQUIRE_PYINFRA_VERSION: "config.requireDroverVersion takes versions of Drover, not of pyinfra",
  REQUIRE_PACKAGES: "there are no Python packages to require",
};

/** Members of a host. Each is a property, or a method that is awaited, or one that is not. */
export const HOST_MEMBERS: Readonly<Record<string, { name: string; is: "value" | "call" | "awaited" }>> = {
  name: { name: "name", is: "value" },
  groups: { name: "groups", is: "value" },
  data: { name: "data", is: "value" },
  host_data: { name: "hostData", is: "value" },
  group_data: { name: "groupData", is: "value" },
  connector_data: { name: "connectorData", is: "value" },
  connected: { name: "connected", is: "value" },
  loop: { name: "loop", is: "call" },
  log: { name: "log", is: "call" },
  noop: { name: "noop", is: "call" },
  get_temp_filename: { name: "getTempFilename", is: "call" },
  connect: { name: "connect", is: "awaited" },
};

/** Members of the inventory. */
export const INVENTORY_MEMBERS: Readonly<Record<string, { name: string; is: "value" | "call" }>> = {
  groups: { name: "groups", is: "value" },
  get_host: { name: "getHost", is: "call" },
  get_group: { name: "getGroup", is: "call" },
  get_data: { name: "getData", is: "call" },
  get_override_data: { name: "getOverrideData", is: "call" },
  get_host_data: { name: "getHostData", is: "call" },
  get_group_data: { name: "getGroupData", is: "call" },
  get_groups_data: { name: "getGroupsData", is: "call" },
  iter_all_hosts: { name: "iterAllHosts", is: "call" },
  iter_activated_hosts: { name: "iterActivatedHosts", is: "call" },
  iter_active_hosts: { name: "iterActiveHosts", is: "call" },
};

/** Members of an operation's result. */
export const RESULT_MEMBERS: Readonly<Record<string, { name: string; is: "value" | "call"; type: string }>> =
  {
    changed: { name: "changed", is: "value", type: "boolean" },
    will_change: { name: "willChange", is: "value", type: "boolean" },
    did_change: { name: "didChange", is: "call", type: "boolean" },
    did_not_change: { name: "didNotChange", is: "call", type: "boolean" },
    did_succeed: { name: "didSucceed", is: "call", type: "boolean" },
    did_error: { name: "didError", is: "call", type: "boolean" },
    is_complete: { name: "isComplete", is: "call", type: "boolean" },
    executed: { name: "executed", is: "value", type: "boolean" },
    stdout: { name: "stdout", is: "value", type: "string" },
    stderr: { name: "stderr", is: "value", type: "string" },
    stdout_lines: { name: "stdoutLines", is: "value", type: "lines" },
    stderr_lines: { name: "stderrLines", is: "value", type: "lines" },
    retry_attempts: { name: "retryAttempts", is: "value", type: "int" },
    max_retries: { name: "maxRetries", is: "value", type: "int" },
    was_retried: { name: "wasRetried", is: "value", type: "boolean" },
    retry_succeeded: { name: "retrySucceeded", is: "value", type: "boolean" },
  };

/** Keys of facts' values that are spelled in camelCase here. */
export const RENAMED_FACT_KEYS: ReadonlySet<string> = new Set(
  ["release_meta", "limit_type", "login_time", "mem_percent", "cpu_percent", "link_target"],
);

/** Facts whose value is one text, or nothing. */
export const TEXT_FACTS: ReadonlySet<string> = new Set([
  ..."Arch Hostname Home Kernel KernelVersion LinuxName Os OsVersion User Which Timezone TmpDir".split(" "),
].map((name) => `server.${name}`));

/** Names that TypeScript keeps for itself, and those of objects that converted code uses. */
const RESERVED = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function if implements import in instanceof interface let new null package " +
    "private protected public return static super switch this throw true try typeof undefined var void while " +
    "with yield Array Deno Error JSON Map Math Number Object Promise Set String async py " +
    "facts func host include inventory").split(" "),
);

/** A variable's name as TypeScript takes it. */
export function safeName(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name;
}

/** Whether a key can be written without quotes, and behind a dot. */
export function isPlainKey(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key) && key !== "__proto__";
}
