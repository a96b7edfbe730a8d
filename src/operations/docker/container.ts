/** The operation on containers. */

import { pathWord, secret, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { DockerContainer, DockerImageDefaults, field } from "../../facts/docker/inspect.ts";
import { effect, host, type Operation, operation, type Steps, touches } from "../../host/mod.ts";
import type { ContainerArgs } from "./container_args.ts";
import { containerDrift } from "./container_drift.ts";
import { checkName, dockerSubject, firstOf, holdsSecret } from "./names.ts";
import { splitWords } from "./words.ts";

export type { ContainerArgs } from "./container_args.ts";

/**
 * Creates, starts, stops or removes a container.
 *
 * It changes something if the container does not exist, does not run as wanted, or differs in an argument that is
 * given: then it is removed and created again, also where the image's name stands for another image by now. What is
 * not given is not compared, so that `ports: []` notices ports that are no longer wanted. `force` acts each time.
 *
 * @example
 * ```ts
 * await docker.container({
 *   container: "web",
 *   image: "nginx:1.27-alpine",
 *   ports: ["8080:80"],
 *   volumes: ["/srv/www:/usr/share/nginx/html:ro"],
 *   restartPolicy: "unless-stopped",
 *   _sudo: true,
 * });
 * ```
 */
export const container: Operation<ContainerArgs> = operation<ContainerArgs>(
  "docker.container",
  async function* (args) {
    const { present = true, start = true, force = false, image = "" } = args;
    const name = checkName("docker.container", "the name of a container", args.container);
    if (image !== "") checkName("docker.container", "an image", image);
    const words = present ? createWords(args) : undefined;
    touches(dockerSubject("container", name));
    const [found, defaults] = await Promise.all([
      host.getFact(DockerContainer, { objectId: name }),
      present && image !== "" ? host.getFact(DockerImageDefaults, { objectId: image }) : undefined,
    ]);
    const existing = firstOf(found);
    if (!present) {
      if (existing === undefined) return host.noop(`container ${name} does not exist`);
      effect("remove");
      yield sh`docker container rm -f ${name}`;
      return;
    }
    if (words === undefined || existing === undefined && image === "") {
      throw new DroverError(
        "E_ARGUMENT",
        `docker.container needs the image for ${name}, which does not exist yet`,
      );
    }
    const isOther = existing !== undefined && (force || containerDrift(args, existing, defaults).length > 0);
    if (existing !== undefined && isOther) {
      if (image === "") {
        throw new DroverError("E_ARGUMENT", `docker.container needs the image to create ${name} again`);
      }
      // What cannot be had must be known before the old container is gone.
      if (defaults === undefined || args.pullAlways) yield sh`docker image pull ${image}`;
      yield sh`docker container rm -f ${name}`;
    }
    if (existing === undefined || isOther) {
      if (existing === undefined) effect("create");
      yield words;
      if (start) yield sh`docker container start ${name}`;
      return;
    }
    yield* ensureState(name, field(existing, "State", "Status"), start);
  },
  {
    parameters: {
      container: "string",
      image: "string?",
      ports: "string[]?",
      networks: "string[]?",
      volumes: "string[]?",
      envVars: "string[]?",
      envFiles: "string[]?",
      labels: "string[]?",
      pullAlways: "boolean?",
      present: "boolean?",
      force: "boolean?",
      start: "boolean?",
      restartPolicy: "string?",
      autoRemove: "boolean?",
      mounts: "string[]?",
      privileged: "boolean?",
      hostname: "string?",
      entrypoint: "string?",
      user: "string?",
      cpus: "number?",
      memory: "string?",
      extraArgs: "string[]?",
      dns: "string[]?",
      command: "string?",
    },
  },
);

async function* ensureState(name: string, status: unknown, start: boolean): Steps {
  const runs = status === "running" || status === "restarting";
  if (start && status === "paused") yield sh`docker container unpause ${name}`;
  else if (start && !runs) yield sh`docker container start ${name}`;
  else if (!start && (runs || status === "paused")) yield sh`docker container stop ${name}`;
  else host.noop(`container ${name} is ${start ? "running" : "stopped"}`);
}

/** Variables with secrets go through a pipe, so that nobody sees them in the list of processes. */
function createWords(args: ContainerArgs): ShellCommand {
  const { envVars = [], networks, ports, volumes, envFiles = [], labels, mounts, dns } = args;
  const sealed = envVars.filter(holdsSecret);
  for (const one of sealed) {
    if (!/[\n\r]/.test(one)) continue;
    throw new DroverError(
      "E_ARGUMENT",
      `docker.container cannot pass ${one.split("=")[0]}: a secret of several lines`,
      {
        hint: "put it into a file and mount that",
      },
    );
  }
  const words = [
    each("--network", networks),
    each("-p", ports),
    each("-v", volumes),
    each("-e", envVars.filter((one) => !holdsSecret(one))),
    sealed.length > 0 && sh`--env-file /dev/stdin`,
    envFiles.map((path) => sh`--env-file ${pathWord(path)}`),
    each("--label", labels),
    args.pullAlways && sh`--pull always`,
    args.restartPolicy !== undefined && sh`--restart ${args.restartPolicy}`,
    args.autoRemove && sh`--rm`,
    each("--mount", mounts),
    args.privileged && sh`--privileged`,
    args.hostname !== undefined && sh`--hostname ${args.hostname}`,
    args.entrypoint !== undefined && sh`--entrypoint ${args.entrypoint}`,
    args.user !== undefined && sh`--user ${args.user}`,
    args.cpus !== undefined && sh`--cpus ${args.cpus}`,
    args.memory !== undefined && sh`--memory ${args.memory}`,
    [...args.extraArgs ?? []],
    each("--dns", dns),
    args.image,
    args.command !== undefined && splitWords("docker.container", args.command),
  ];
  const create = sh`docker container create --name ${args.container} ${words}`;
  return sealed.length === 0 ? create : sh`printf '%s\\n' ${sealed.map((one) => secret(one))} | ${create}`;
}

function each(option: string, values: readonly string[] = []): ShellCommand[] {
  return values.map((value) => sh`${option} ${value}`);
}
