/** Facts about Podman: containers, images, networks, pods, volumes, Quadlets and the system. */

import { type Fact, fact } from "../host/mod.ts";

/** An object as Podman prints it, with Podman's own names of fields. */
export type PodmanObject = Readonly<Record<string, unknown>>;

/** All containers of the user, running or not. */
export const PodmanPs: Fact<PodmanObject[]> = listFact("podman.PodmanPs", "podman ps --format=json --all");

/** All images of the user. */
export const PodmanImages: Fact<PodmanObject[]> = listFact(
  "podman.PodmanImages",
  "podman images --format=json",
);

/** All networks of the user. */
export const PodmanNetworks: Fact<PodmanObject[]> = listFact(
  "podman.PodmanNetworks",
  "podman network ls --format=json",
);

/** All pods of the user. */
export const PodmanPods: Fact<PodmanObject[]> = listFact("podman.PodmanPods", "podman pod ps --format=json");

/** All volumes of the user. */
export const PodmanVolumes: Fact<PodmanObject[]> = listFact(
  "podman.PodmanVolumes",
  "podman volume ls --format=json",
);

/** Units that Quadlet makes of files; empty before Podman 5.6, which cannot list them. */
export const PodmanQuadlets: Fact<PodmanObject[]> = listFact(
  "podman.PodmanQuadlets",
  "! podman --help | grep -q '^ *quadlet ' || podman quadlet list --format=json",
);

/** What `podman system info` tells; `undefined` where Podman is missing. */
export const PodmanSystemInfo: Fact<PodmanObject | undefined> = fact<PodmanObject | undefined>({
  name: "podman.PodmanSystemInfo",
  remember: {},
  requires: "podman",
  command: () => "podman system info --format=json",
  default: () => undefined,
  process: (lines) => JSON.parse(lines.join("\n")) as PodmanObject,
});

function listFact(name: string, command: string): Fact<PodmanObject[]> {
  return fact<PodmanObject[]>({
    name,
    remember: {},
    requires: "podman",
    command: () => command,
    default: () => [],
    // Where there is nothing, some versions print null.
    process: (lines) => (JSON.parse(lines.join("\n")) as PodmanObject[] | null) ?? [],
  });
}
