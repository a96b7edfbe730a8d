/** The operation on plugins. */

import { sh } from "../../command/mod.ts";
import { DockerPlugin, field, variables } from "../../facts/docker/inspect.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";
import { checkName, dockerSubject, firstOf } from "./names.ts";

/** Arguments of {@linkcode plugin}. */
export interface PluginArgs {
  /** The plugin as its registry names it: `vieux/sshfs:latest`. */
  plugin: string;
  /** The name that it has on the host. Default: `plugin`. */
  alias?: string | undefined;
  /** Whether it should be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Whether it should be enabled. Default: `true`. */
  enabled?: boolean | undefined;
  /** Settings by name: `{ DEBUG: "1" }`. */
  pluginOptions?: Readonly<Record<string, string>> | undefined;
}

/**
 * Installs, sets, enables, disables or removes a plugin, with all rights that it asks for. It changes something if
 * the plugin is not as wanted. A plugin is disabled while its settings are changed.
 *
 * @example
 * ```ts
 * await docker.plugin({ plugin: "vieux/sshfs:latest", alias: "sshfs", pluginOptions: { DEBUG: "1" }, _sudo: true });
 * ```
 */
export const plugin: Operation<PluginArgs> = operation<PluginArgs>("docker.plugin", async function* (args) {
  const { present = true, enabled = true, pluginOptions = {} } = args;
  checkName("docker.plugin", "a plugin", args.plugin);
  const name = args.alias === undefined ? args.plugin : checkName("docker.plugin", "an alias", args.alias);
  const settings = Object.entries(pluginOptions).map(([key, value]) =>
    `${checkName("docker.plugin", "a setting", key)}=${value}`
  );
  touches(dockerSubject("plugin", name));
  const existing = firstOf(await host.getFact(DockerPlugin, { objectId: name }));
  if (!present) {
    if (existing === undefined) return host.noop(`plugin ${name} is not installed`);
    effect("remove");
    yield sh`docker plugin rm -f ${name}`;
    return;
  }
  if (existing === undefined) {
    effect("create");
    const alias = args.alias !== undefined && sh`--alias ${args.alias}`;
    yield sh`docker plugin install ${args.plugin} --grant-all-permissions ${alias} ${
      !enabled && sh`--disable`
    } ${settings}`;
    return;
  }
  const wasEnabled = field(existing, "Enabled") === true;
  const settled = settingsOf(existing);
  const differs = Object.entries(pluginOptions).some(([key, value]) => settled[key] !== value);
  if (!differs && wasEnabled === enabled) {
    return host.noop(`plugin ${name} is installed and ${enabled ? "enabled" : "disabled"}`);
  }
  if (wasEnabled && (differs || !enabled)) yield sh`docker plugin disable ${name}`;
  if (differs) yield sh`docker plugin set ${name} ${settings}`;
  if (enabled) yield sh`docker plugin enable ${name}`;
}, {
  parameters: {
    plugin: "string",
    alias: "string?",
    present: "boolean?",
    enabled: "boolean?",
    pluginOptions: "Record<string, string>?",
  },
});

/** Docker lists settings as it lists variables. */
function settingsOf(existing: unknown): Record<string, string> {
  const env = field(existing, "Settings", "Env");
  return Array.isArray(env) ? variables(env) : (env as Record<string, string> | null | undefined) ?? {};
}
