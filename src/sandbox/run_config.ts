/** The options of a run: config files, with the flags on top. */

import { DroverError } from "../errors/mod.ts";
import { type Config, type ConfigOptions, createConfig } from "../host/mod.ts";
import { loadConfig, satisfiesVersion } from "../inventory/mod.ts";
import type { CliOptions } from "../usage/options.ts";
import { VERSION } from "../usage/version.ts";

/** Loads the options that hold in some directories and puts the flags on top. */
export async function runConfig(options: CliOptions, directories: readonly string[]): Promise<Config> {
  const workingDirectory = Deno.cwd();
  const files = await loadConfig({
    workingDirectory,
    directories: [workingDirectory, ...directories],
    file: options.config,
  });
  const config = createConfig({ ...files, ...fromFlags(options) });
  checkVersion(config);
  return config;
}

function fromFlags(options: CliOptions): Partial<ConfigOptions> {
  const flags: { [K in keyof ConfigOptions]?: ConfigOptions[K] | undefined } = {
    sudo: options.sudo,
    sudoUser: options.sudoUser,
    useSudoLogin: options.useSudoLogin,
    preserveSudoEnv: options.preserveSudoEnv,
    sudoPerCommand: options.sudoPerCommand,
    suUser: options.suUser,
    useSuLogin: options.useSuLogin,
    doas: options.doas,
    doasUser: options.doasUser,
    dzdo: options.dzdo,
    dzdoUser: options.dzdoUser,
    parallel: options.parallel,
    failPercent: options.failPercent,
    retry: options.retry,
    retryDelay: options.retryDelay,
    connectTimeout: options.connectTimeout,
    diff: options.diff,
    sshBackend: options.sshBackend,
    shell: shellOf(options.shellExecutable),
  };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

/** `None` and `null` mean no shell around commands, as in pyinfra. */
function shellOf(shell: string | undefined): string | null | undefined {
  return shell === "None" || shell === "null" ? null : shell;
}

function checkVersion(config: Config): void {
  const wanted = config.requireDroverVersion;
  if (wanted === undefined || satisfiesVersion(wanted, VERSION)) return;
  throw new DroverError("E_VERSION", `This deploy needs Drover ${wanted}, this is ${VERSION}`, {
    hint: "config.requireDroverVersion says so",
  });
}
