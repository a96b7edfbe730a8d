import assert from "node:assert/strict";
import { dataKeysOf, parseHostName } from "../../src/connectors/mod.ts";

Deno.test("names mean connectors, targets and groups", () => {
  const cases: [string, string, string[]][] = [
    ["web-01", "ssh:web-01", []],
    ["@ssh/web-01", "ssh:web-01", []],
    ["@local", "local:", ["@local"]],
    ["@docker/debian:12", "docker:debian:12", ["@docker"]],
    ["@docker/registry.example.com:5000/team/app:1", "docker:registry.example.com:5000/team/app:1", [
      "@docker",
    ]],
    ["@podman/app", "podman:app", ["@podman"]],
    ["@chroot/srv/root", "chroot:/srv/root", ["@chroot"]],
    ["@chroot//srv/root", "chroot:/srv/root", ["@chroot"]],
    ["@kubectl/shop/web-0", "kubectl:shop/web-0", ["@kubectl"]],
    ["@kubectl/arn:aws:eks:x/cluster@y/shop/web-0:app", "kubectl:arn:aws:eks:x/cluster@y/shop/web-0:app", [
      "@kubectl",
    ]],
    ["@ssh/web-01/@incus/lab:app", "ssh:web-01 incus:lab:app", ["@incus"]],
    ["@nspawn/build", "nspawn:build", ["@nspawn"]],
    ["@ssh/web-01/@docker/app", "ssh:web-01 docker:app", ["@docker"]],
    ["@ssh/web-01/@docker/app/@chroot/srv", "ssh:web-01 docker:app chroot:/srv", ["@docker", "@chroot"]],
    ["@dockerssh/web-01:debian:12", "ssh:web-01 docker:debian:12", ["@dockerssh"]],
    ["@podmanssh/web-01:app", "ssh:web-01 podman:app", ["@podmanssh"]],
  ];
  for (const [name, hops, groups] of cases) {
    const parsed = parseHostName(name);
    assert.equal(parsed.hops.map(({ kind, target }) => `${kind}:${target}`).join(" "), hops);
    assert.deepEqual(parsed.groups, groups);
  }
});

Deno.test("names that mean nothing say what would", () => {
  assert.throws(() => parseHostName("@dokcer/app"), /did you mean @docker\?/);
  assert.throws(() => parseHostName("@winrm/host"), /known connectors: @ssh/);
  assert.throws(() => parseHostName("@kubectl/web-0"), /must look like @kubectl\/\[CONTEXT\/\]NAMESPACE/);
  assert.throws(() => parseHostName("@kubectl/-n/web-0"), /must look like/);
  assert.throws(() => parseHostName("@lxc/-n"), /begins with a dash/);
  assert.throws(() => parseHostName("@docker/--privileged"), /begins with a dash/);
  assert.throws(() => parseHostName("@docker"), /must look like @docker\/NAME/);
  assert.throws(() => parseHostName("@local/x"), /takes no name/);
  assert.throws(() => parseHostName("@docker/app/@ssh/web"), /@ssh must come first/);
  assert.throws(() => parseHostName(""), /empty name/);
  assert.throws(() => parseHostName("@dockerssh/web"), /HOST:IMAGE/);
});

Deno.test("the data that a name understands", () => {
  const keys = dataKeysOf(parseHostName("@ssh/a/@docker/b")).map(({ name }) => name);
  assert.ok(keys.includes("ssh_port") && keys.includes("docker_platform"));
  assert.deepEqual(dataKeysOf(parseHostName("@local")), []);
});
