/** Logging in to registries. */

import { reveal, type Secret, secret, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { DockerAuths } from "../../facts/docker/details.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";
import { checkName, dockerSubject } from "./names.ts";

/** Arguments of {@linkcode login}. */
export interface LoginArgs {
  /** Name of the user at the registry. */
  username: string;
  /** The password or token, best as `secret()`. It goes to Docker through a pipe and is not shown. */
  password: string | Secret;
  /** The registry, such as `registry.example.com:5000`. Default: Docker Hub. */
  server?: string | undefined;
  /** Logs in even if the user is logged in, as with a new password. Default: `false`. */
  force?: boolean | undefined;
}

/** Arguments of {@linkcode logout}. */
export interface LogoutArgs {
  /** The registry, such as `registry.example.com:5000`. Default: Docker Hub. */
  server?: string | undefined;
}

/** What the file of logins calls Docker Hub. */
const HUB = "https://index.docker.io/v1/";

/**
 * Logs the user that it runs as in to a registry. It changes something if that user is not logged in there; whether
 * the password is still the same cannot be told.
 *
 * @example
 * ```ts
 * await docker.login({ username: "ci", password: secret(host.data.registry_token), server: "ghcr.io", _sudo: true });
 * ```
 */
export const login: Operation<LoginArgs> = operation<LoginArgs>("docker.login", async function* (args) {
  const { username, server, force = false } = args;
  checkName("docker.login", "the name of a user", username);
  const password = reveal(args.password);
  if (password === "" || /[\n\r]/.test(password)) {
    throw new DroverError("E_ARGUMENT", "docker.login needs a password of one line");
  }
  const registry = registryOf("docker.login", server);
  if (!force && await isLoggedIn(registry)) return host.noop(`the user is logged in to ${registry}`);
  yield sh`printf '%s' ${secret(password)} | docker login --username ${username} --password-stdin ${server}`;
}, {
  parameters: { username: "string", password: "string | Secret", server: "string?", force: "boolean?" },
});

/**
 * Logs the user that it runs as out of a registry. It changes something if that user is logged in there.
 *
 * @example
 * ```ts
 * await docker.logout({ server: "ghcr.io", _sudo: true });
 * ```
 */
export const logout: Operation<LogoutArgs> = operation<LogoutArgs>(
  "docker.logout",
  async function* ({ server }) {
    const registry = registryOf("docker.logout", server);
    if (!await isLoggedIn(registry)) return host.noop(`the user is not logged in to ${registry}`);
    effect("remove");
    yield sh`docker logout ${server}`;
  },
  { parameters: { server: "string?" } },
);

function registryOf(operation: string, server: string | undefined): string {
  const registry = server === undefined ? HUB : checkName(operation, "a registry", server);
  touches(dockerSubject("login", registry));
  return registry;
}

async function isLoggedIn(registry: string): Promise<boolean> {
  const auths = await host.getFact(DockerAuths);
  return auths.some((one) => one === registry || hostOf(one) === hostOf(registry));
}

/** Docker stores the host of a URL, and Docker Hub under one of its names. */
function hostOf(registry: string): string {
  const name = registry.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return name === "docker.io" ? "index.docker.io" : name;
}
