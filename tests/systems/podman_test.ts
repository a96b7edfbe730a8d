/** The facts of Podman on a real one, in a Debian of its own. */

import assert from "node:assert/strict";
import { podman as facts } from "../../src/facts/mod.ts";
import { debianRoot } from "../support/debian_root.ts";
import { requirement } from "../support/skip.ts";

/** Podman asks the kernel about control groups, and keeps its layers where no overlay can be laid upon. */
const PREPARE =
  `mount -t sysfs sysfs /sys; mount -t cgroup2 none /sys/fs/cgroup; mkdir -p /etc/containers /var/tmp
printf '[storage]\\ndriver = "vfs"\\nrunroot = "/run/storage"\\ngraphroot = "/var/lib/storage"\\n' >/etc/containers/storage.conf
printf '[engine]\\nevents_logger = "file"\\n' >/etc/containers/containers.conf`;

Deno.test({
  name: "podman: what there is before and after something is made",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("podman", ["podman"], PREPARE);
    const { host, run } = root;
    assert.deepEqual(await host.fact(facts.PodmanPs), []);
    assert.deepEqual(await host.fact(facts.PodmanImages), []);
    assert.deepEqual(await host.fact(facts.PodmanPods), []);
    assert.deepEqual(await host.fact(facts.PodmanVolumes), []);
    assert.deepEqual(await host.fact(facts.PodmanQuadlets), []);
    assert.deepEqual((await host.fact(facts.PodmanNetworks)).map((one) => one.name), ["podman"]);

    const made = await run(`set -e
echo hello >/tmp/file; tar -C /tmp -cf - file | podman import - localhost/drover:1
podman volume create --label a=b drover_data; podman create --name web --network none localhost/drover:1 /file
podman network create drover_net`);
    assert.deepEqual((await host.fact(facts.PodmanPs)).map((one) => one.Names), [["web"]], made);
    assert.deepEqual(
      (await host.fact(facts.PodmanImages)).map((one) => one.Names),
      [["localhost/drover:1"]],
      made,
    );
    const [volume] = await host.fact(facts.PodmanVolumes);
    assert.deepEqual([volume?.Name, volume?.Labels], ["drover_data", { a: "b" }], made);
    assert.ok((await host.fact(facts.PodmanNetworks)).some((one) => one.name === "drover_net"), made);
    assert.ok((await host.fact(facts.PodmanSystemInfo))?.host, made);
  },
});
