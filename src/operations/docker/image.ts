/** The operation on images. */

import { sh } from "../../command/mod.ts";
import { DockerImage } from "../../facts/docker/inspect.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";
import { checkName, dockerSubject, isThere } from "./names.ts";

/** Arguments of {@linkcode image}. */
export interface ImageArgs {
  /** The image with its tag or digest: `nginx:1.27-alpine`, `ghcr.io/me/app@sha256:…`. */
  image: string;
  /** Whether it should be on the host. Default: `true`. */
  present?: boolean | undefined;
  /** Pulls it even if it is there. Default: `false`. */
  force?: boolean | undefined;
}

/**
 * Pulls or removes an image.
 *
 * It changes something if the image is not on the host, or still is. One without a tag, or with the tag `latest`, is
 * pulled each time, since it may stand for another image by now.
 *
 * @example
 * ```ts
 * await docker.image({ image: "nginx:1.27-alpine", _sudo: true });
 * ```
 */
export const image: Operation<ImageArgs> = operation<ImageArgs>("docker.image", async function* (args) {
  const { present = true, force = false } = args;
  const name = checkName("docker.image", "an image", args.image);
  touches(dockerSubject("image", name));
  const exists = isThere(await host.getFact(DockerImage, { objectId: name }));
  if (!present) {
    if (!exists) return host.noop(`image ${name} is not on the host`);
    effect("remove");
    yield sh`docker image rm ${name}`;
    return;
  }
  if (exists && !force && !isMoving(name)) return host.noop(`image ${name} is on the host`);
  if (!exists) effect("create");
  yield sh`docker image pull ${name}`;
}, { parameters: { image: "string", present: "boolean?", force: "boolean?" } });

/** Whether a name stands for whatever is the newest. */
function isMoving(name: string): boolean {
  if (name.includes("@")) return false;
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag === undefined || tag === "latest";
}
