/** `deploy()`: operations packaged as a function, called like an operation. */

import {
  callSite,
  checkGlobals,
  type DeployScope,
  frozenValues,
  type GlobalArguments,
  inherit,
  requireScope,
  runInScope,
  splitArguments,
} from "../host/mod.ts";

/** Options of {@linkcode deploy}. */
export interface DeployOptions {
  /** Data that the deploy falls back on: the weakest layer of `host.data` inside it. */
  dataDefaults?: Readonly<Record<string, unknown>>;
}

/** A packaged deploy. */
export interface Deploy<A extends object, R> {
  (
    ...args: Record<never, never> extends A ? [args?: A & GlobalArguments] : [args: A & GlobalArguments]
  ): Promise<R>;
  /** Put before the names of the operations inside. */
  readonly deployName: string;
}

/**
 * Packages operations for reuse. Global arguments given to the call are inherited by all operations inside.
 *
 * @example
 * ```ts
 * export const installApp = deploy("Install the app", async ({ version }: { version: string }) => {
 *   await files.directory({ path: "/srv/app" });
 *   await git.repo({ src: host.data.app_repo, dest: "/srv/app", branch: version });
 * }, { dataDefaults: { app_repo: "https://git.example.com/app.git" } });
 *
 * await installApp({ version: "v2", _sudo: true });
 * ```
 */
export function deploy<A extends object = Record<never, never>, R = void>(
  name: string,
  body: (args: A) => R | Promise<R>,
  options: DeployOptions = {},
): Deploy<A, R> {
  const defaults = frozenValues(options.dataDefaults ?? {});
  const run = (args: A & GlobalArguments = {} as A & GlobalArguments) => {
    const scope = requireScope(`deploy "${name}"`);
    const { own, globals } = splitArguments<A>(args);
    checkGlobals(`deploy "${name}"`, args, callSite());
    const { name: label, ...inherited } = globals;
    const inner: DeployScope = {
      labels: [...scope.deploy.labels, label ?? name],
      file: scope.deploy.file,
      root: scope.deploy.root,
      globals: inherit(scope.deploy.globals, inherited),
      defaults: { ...scope.deploy.defaults, ...defaults },
    };
    return scope.sink.track(runInScope({ ...scope, deploy: inner }, async () => await body(own)));
  };
  return Object.assign(run, { deployName: name });
}
