/** The operation on volumes. */

import { sh } from "../../command/mod.ts";
import { DockerVolume, field } from "../../facts/docker/inspect.ts";
import { effect, host, type Operation, operation, touches } from "../../host/mod.ts";
import { checkName, dockerSubject, firstOf } from "./names.ts";

/** Arguments of {@linkcode volume}. */
export interface VolumeArgs {
  /** Name of the volume. */
  volume: string;
  /** The driver. Default: `local`. */
  driver?: string | undefined;
  /** Labels: `["role=data"]`. */
  labels?: readonly string[] | undefined;
  /** Options for the driver: `["type=nfs", "o=addr=10.0.0.1,rw", "device=:/export"]`. */
  options?: readonly string[] | undefined;
  /** Whether it should exist; removing it removes what is in it. Default: `true`. */
  present?: boolean | undefined;
}

/**
 * Creates or removes a volume. It changes something if the volume does not exist, or still does. Docker cannot change
 * a volume: one with another driver is left alone, with all that is in it, and the report says so.
 *
 * @example
 * ```ts
 * await docker.volume({ volume: "data", labels: ["backup=daily"], _sudo: true });
 * ```
 */
export const volume: Operation<VolumeArgs> = operation<VolumeArgs>("docker.volume", async function* (args) {
  const { present = true, driver = "", labels = [], options = [] } = args;
  const name = checkName("docker.volume", "the name of a volume", args.volume);
  touches(dockerSubject("volume", name));
  const existing = firstOf(await host.getFact(DockerVolume, { objectId: name }));
  if (!present) {
    if (existing === undefined) return host.noop(`volume ${name} does not exist`);
    effect("remove");
    yield sh`docker volume rm ${name}`;
    return;
  }
  if (existing !== undefined) {
    const other = field(existing, "Driver");
    const differs = driver !== "" && typeof other === "string" && other !== driver;
    return host.noop(
      `volume ${name} exists${differs ? `, but with the driver ${other}, which Docker cannot change` : ""}`,
    );
  }
  effect("create");
  const words = [
    driver !== "" && sh`-d ${driver}`,
    labels.map((one) => sh`--label ${one}`),
    options.map((one) => sh`--opt ${one}`),
  ];
  yield sh`docker volume create ${name} ${words}`;
}, {
  parameters: {
    volume: "string",
    driver: "string?",
    labels: "string[]?",
    options: "string[]?",
    present: "boolean?",
  },
});
