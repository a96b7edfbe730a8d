/** The package managers of languages, with packages made here: gem and pipx in a Debian of their own, npm and cargo on this machine. */

import assert from "node:assert/strict";
import { OnPath } from "../../src/facts/server/mod.ts";
import * as cargo from "../../src/operations/cargo.ts";
import * as gem from "../../src/operations/gem.ts";
import * as npm from "../../src/operations/npm.ts";
import * as pipx from "../../src/operations/pipx.ts";
import { debianRoot } from "../support/debian_root.ts";
import { LocalHost } from "../support/local_host.ts";
import { type Ground, prove } from "../support/proof.ts";
import { buildWheels } from "../support/python.ts";
import { requirement } from "../support/skip.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const PACKAGES = ["ruby", "pipx"];

/** Two versions of one gem with a program, in a repository. */
const GEM_REPOSITORY = `mkdir -p /srv/gems/gems /srv/build/bin && cd /srv/build
echo 'puts 1' >bin/drover-one && chmod 755 bin/drover-one
for version in 1.0.0 2.0.0; do
  cat >one.gemspec <<EOF
Gem::Specification.new do |s|
  s.name = 'drover-one'; s.version = '$version'; s.summary = 'one'; s.authors = ['one']
  s.files = ['bin/drover-one']; s.executables = ['drover-one']
end
EOF
  gem build one.gemspec >/dev/null 2>&1
done
mv drover-one-*.gem /srv/gems/gems
gem generate_index -d /srv/gems >/dev/null
printf -- '---\\n:sources:\\n- file:///srv/gems/\\ngem: --no-document\\n' >/etc/gemrc
`;

/** Packages come from a directory; pip's own helpers too. */
const PIP_SETTINGS = `mkdir -p /srv/wheels
cp /usr/share/python-wheels/*.whl /srv/wheels
printf '[global]\\nno-index = true\\nfind-links = /srv/wheels\\n' >/etc/pip.conf
`;

Deno.test({
  name: "gem: versions beside each other, requirements, files, upgrades, removal without questions",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("languages", PACKAGES, GEM_REPOSITORY);
    const verify =
      "gem list --local | grep drover || echo none; test ! -x /usr/local/bin/drover-one || echo program";
    await prove(root, gem.packages, {
      args: { packages: ["drover-one:1.0.0"] },
      verify,
      wanted: /^drover-one \(1\.0\.0\)\nprogram$/,
    });
    await prove(root, gem.packages, {
      args: { packages: ["drover-one:~> 2.0"] },
      verify,
      wanted: /^drover-one \(2\.0\.0, 1\.0\.0\)/,
      remove: { packages: ["drover-one:1.0.0"], present: false },
      removed: /^drover-one \(2\.0\.0\)/,
    });
    await root.host.apply(gem.packages, { packages: "drover-one:1.0.0" });
    await root.host.apply(gem.packages, { packages: "drover-one", present: false });
    assert.equal(await root.run(verify), "none");
    await prove(root, gem.packages, {
      args: { packages: ["/srv/gems/gems/drover-one-1.0.0.gem"] },
      verify,
      wanted: /^drover-one \(1\.0\.0\)/,
    });
    assert.deepEqual(await root.host.plan(gem.packages, { packages: "json", present: false }), []);
    // Upgraded once, it is the latest.
    await prove(root, gem.packages, {
      args: { packages: ["drover-one"], latest: true },
      verify,
      wanted: /2\.0\.0/,
    });
  },
});

Deno.test({
  name: "pipx: versions, spellings and extras, upgrades where there is something newer, and the PATH",
  ignore: requirement("debianRoot", "python3"),
  fn: async () => {
    await using root = await debianRoot("languages", PACKAGES, PIP_SETTINGS);
    const wheel = { name: "Drover_One", command: "drover-one", requires: [] };
    await buildWheels(`${root.path}/srv/wheels`, [
      { ...wheel, version: "1.0" },
      { ...wheel, version: "2.0" },
      { name: "wheel", version: "0.1" },
    ]);
    const verify = "~/.local/bin/drover-one 2>&1";
    await prove(root, pipx.packages, {
      args: { packages: ["drover.one==1.0"] },
      verify,
      wanted: /^1\.0$/,
    });
    await prove(root, pipx.packages, {
      args: { packages: "Drover-One", latest: true },
      verify,
      wanted: /^2\.0$/,
    });
    // pipx would leave the newer version and succeed.
    await prove(root, pipx.packages, {
      args: { packages: ["drover_one[extra] == 1.0"], extraArgs: ["--pip-args", "--no-cache-dir -q"] },
      verify,
      wanted: /^1\.0$/,
    });
    await prove(root, pipx.upgradeAll, {
      args: {},
      verify,
      wanted: /^2\.0$/,
      always: "it does not ask first",
    });
    await root.host.apply(pipx.packages, { packages: "DROVER.ONE", present: false });
    assert.match(await root.run(verify), /not found/);
    assert.deepEqual(await root.host.plan(pipx.packages, { packages: "DROVER.ONE", present: false }), []);

    const directory = "/root/.local/bin";
    assert.equal(await root.host.fact(OnPath, { directory }), undefined);
    await prove(root, pipx.ensurePath, {
      args: {},
      verify: "bash -ic 'echo $PATH' 2>/dev/null",
      wanted: /\/root\/\.local\/bin/,
    });
    assert.equal(await root.host.fact(OnPath, { directory }), "next session");
    assert.equal(await root.host.fact(OnPath, { directory: "/usr/bin" }), "now");
  },
});

Deno.test({
  name: "npm: scopes, the whole system and projects, below another project too",
  ignore: requirement("npm"),
  fn: async () => {
    await using place = await temporaryDirectory();
    await using ground = await machine(place.path, {
      npm_config_prefix: `${place.path}/system`,
      npm_config_cache: `${place.path}/cache`,
      npm_config_offline: "true",
    });
    for (const [name, version] of [["drover-one", "1.0.0"], ["@drover/two", "1.2.3"]]) {
      const directory = `${place.path}/${name}`;
      await Deno.mkdir(directory, { recursive: true });
      await Deno.writeTextFile(`${directory}/package.json`, JSON.stringify({ name, version }));
      await ground.run(`cd ${directory} && npm pack --silent --pack-destination ${place.path}`);
    }
    const one = `drover-one@file:${place.path}/drover-one-1.0.0.tgz`;
    const two = `@drover/two@file:${place.path}/drover-two-1.2.3.tgz`;
    await Deno.mkdir(`${place.path}/system/lib`, { recursive: true });
    await prove(ground, npm.packages, {
      args: { packages: [one, two] },
      verify: `cd ${place.path}/system/lib && find . -name package.json | sort`,
      wanted: /@drover\/two\/package\.json\n.*drover-one\/package\.json/,
      remove: { packages: ["drover-one@1", "@drover/two@^1.2"], present: false },
    });

    const outer = `${place.path}/it's outer`;
    await Deno.mkdir(`${outer}/inner`, { recursive: true });
    await Deno.writeTextFile(`${outer}/package.json`, "{}");
    await prove(ground, npm.packages, {
      args: { packages: [two], directory: `${outer}/inner` },
      verify: `cd "${outer}" && find . -path '*/two/package.json'; cat package.json`,
      wanted: /^\.\/inner\/node_modules\/@drover\/two\/package\.json\n\{\}$/,
      remove: { packages: ["@drover/two"], present: false, directory: `${outer}/inner` },
    });
    assert.deepEqual(
      await ground.host.plan(npm.packages, { packages: two, directory: `${outer}/none`, present: false }),
      [],
    );
  },
});

Deno.test({
  name: "npm: root works as the owner of a project",
  ignore: requirement("npm", "root"),
  fn: async () => {
    await using place = await temporaryDirectory();
    await Deno.chmod(place.path, 0o755);
    await using ground = await machine(place.path, {
      npm_config_cache: `${place.path}/cache`,
      npm_config_offline: "true",
    });
    const project = `${place.path}/project`;
    // What a package of the project runs while it is installed tells who runs it.
    const scripts = { install: `id -un >${project}/ran-as` };
    await ground.run(`mkdir -p ${place.path}/one ${place.path}/cache ${project}`);
    await Deno.writeTextFile(
      `${place.path}/one/package.json`,
      JSON.stringify({ name: "drover-one", version: "1.0.0", scripts }),
    );
    await ground.run(
      `cd ${place.path}/one && npm pack --silent --pack-destination ${place.path}; chown -R nobody ${project} ${place.path}/cache`,
    );
    await prove(ground, npm.packages, {
      args: { packages: [`drover-one@file:${place.path}/drover-one-1.0.0.tgz`], directory: project },
      verify: `cat ${project}/ran-as; stat -c %U ${project}/node_modules/drover-one/package.json`,
      wanted: /^nobody\nnobody$/,
    });
  },
});

Deno.test({
  name: "cargo: versions and ranges, replaced and removed",
  ignore: requirement("cargo"),
  fn: async () => {
    await using place = await temporaryDirectory();
    await using ground = await machine(place.path, {
      CARGO_HOME: `${place.path}/home`,
      RUSTUP_HOME: Deno.env.get("RUSTUP_HOME") ?? `${Deno.env.get("HOME")}/.rustup`,
      PATH: Deno.env.get("PATH")!,
    });
    for (const version of ["1.0.0", "1.2.0"]) {
      const directory = `${place.path}/crates/drover-one-${version}`;
      await Deno.mkdir(`${directory}/src`, { recursive: true });
      await Deno.writeTextFile(
        `${directory}/Cargo.toml`,
        `[package]\nname = "drover-one"\nversion = "${version}"\nedition = "2018"\n`,
      );
      await Deno.writeTextFile(`${directory}/src/main.rs`, "fn main() {}\n");
      await Deno.writeTextFile(`${directory}/.cargo-checksum.json`, '{"files":{},"package":null}');
    }
    await Deno.mkdir(`${place.path}/home`);
    await Deno.writeTextFile(
      `${place.path}/home/config.toml`,
      `[source.crates-io]\nreplace-with = "here"\n[source.here]\ndirectory = "${place.path}/crates"\n`,
    );
    const verify = `grep -o 'drover-one [0-9.]*' ${place.path}/home/.crates.toml`;
    await prove(ground, cargo.packages, {
      args: { packages: ["drover-one@1.0.0"] },
      verify,
      wanted: /^drover-one 1\.0\.0$/,
    });
    assert.deepEqual(await ground.host.plan(cargo.packages, { packages: "drover-one@^1.0" }), []);
    await prove(ground, cargo.packages, {
      args: { packages: ["drover-one@~1.2"] },
      verify,
      wanted: /^drover-one 1\.2\.0$/,
      remove: { packages: ["drover-one@1.2.0"], present: false },
      removed: /^$/,
    });
  },
});

/** This machine with more environment, and its shell. */
async function machine(cwd: string, env: Record<string, string>): Promise<Ground & AsyncDisposable> {
  const host = await LocalHost.connect({ _env: env, _chdir: cwd });
  return {
    host,
    async run(script) {
      const { stdout } = await new Deno.Command("sh", { args: ["-c", script], env, cwd }).output();
      return new TextDecoder().decode(stdout).trimEnd();
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
