/** The options of a run: config files, with the flags on top. */

import { secret } from "../command/secret.ts";
import { type Config, type ConfigOptions, createConfig } from "../host/config.ts";
import type { CliOptions } from "../usage/options.ts";
import type { PlainConfig, PlainSecret } from "./protocol.ts";

/** The options of a run: what configuration files set, with the flags on top. */
export function runConfig(files: PlainConfig, options: CliOptions): Config {
  return createConfig({ ...withSecrets(files), ...fromFlags(options) });
}

function withSecrets({ env, sudoPassword, suPassword, ...rest }: PlainConfig): Partial<ConfigOptions> {
  return {
    ...rest,
    ...(env === undefined ? {} : {
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, revive(value)])),
    }),
    ...(sudoPassword === undefined ? {} : { sudoPassword: revive(sudoPassword) }),
    ...(suPassword === undefined ? {} : { suPassword: revive(suPassword) }),
  };
}

function revive(value: string | PlainSecret) {
  return typeof value === "string" ? value : secret(value.secret);
}

function fromFlags(options: CliOptions): Partial<ConfigOptions> {
  const flags: { [K in keyof ConfigOptions]?: ConfigOptions[K] | undefined } = {
    sudo: options.sudo,
    sudoUser: options.sudoUser,
    useSudoLogin: options.useSudoLogin,
    useSudoPassword: options.useSudoPassword,
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
    factTimeout: options.factTimeout,
    maxDownload: options.maxDownload,
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
