/** Python packages and virtual environments: what is planned, and what pip really does with it. */

import assert from "node:assert/strict";
import { Pip3Packages, PipPackages, SimulateInstall } from "../../src/facts/pip.ts";
import type { AnyFact } from "../../src/host/mod.ts";
import { parseRequirement, satisfiesRequirement } from "../../src/operations/packages/python_requirements.ts";
import * as pip from "../../src/operations/pip.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { buildWheels, PYTHON, run } from "../support/python.ts";
import { requirement } from "../support/skip.ts";
import { settle, withMachine } from "../support/userlands.ts";

interface Situation {
  installed?: Record<string, string[]>;
  exists?: boolean;
  wouldInstall?: boolean;
}

async function plan(
  operation: typeof pip.packages | typeof pip.venv | typeof pip.virtualenv,
  args: Record<string, unknown>,
  { installed = {}, exists = false, wouldInstall }: Situation = {},
): Promise<{ commands: string[]; noops: string[] }> {
  const answers: Record<string, unknown> = {
    "pip.PipPackages": installed,
    "pip.SimulateInstall": wouldInstall,
    "files.File": exists ? {} : undefined,
    "files.Directory": exists ? {} : undefined,
    "server.Which": undefined,
  };
  const facts = (fact: AnyFact) => answers[fact.name];
  const { steps, notes } = await collectSteps(operation, args, { facts });
  const noops = notes.flatMap((note) => note.kind === "noop" ? [note.text] : []);
  return { commands: steps.map(String), noops };
}

const commandsOf = async (...words: Parameters<typeof plan>) => (await plan(...words)).commands;

Deno.test("what is installed is compared with requirements as pip does it", async () => {
  const installed = { flask: ["2.3.1"], "foo-bar": ["1.0rc1"], tool: ["@ https://x.test/tool.whl"] };
  const satisfied = ["Flask>=2,<3", "flask[async]==2.3.*", "FOO_bar", "foo.bar==1.0rc1", "flask~=2.3"];
  const markers = ["flask>=2; python_version >= '3'", "flask (>=2)"];
  const urls = ["tool @ https://x.test/tool.whl", "tool", "https://x.test/tool.whl#egg=tool"];
  const packages = [...satisfied, ...markers, ...urls];
  assert.deepEqual(await commandsOf(pip.packages, { packages }, { installed }), []);
  for (
    const one of [
      "flask>=3",
      "foo-bar>=1",
      "tool==1",
      "tool @ https://x.test/other.whl",
      "./x-1-py3-none-any.whl",
    ]
  ) {
    const [command = ""] = await commandsOf(pip.packages, { packages: one }, { installed });
    assert.ok(command === `pip install ${one}` || command === `pip install '${one}'`, command);
  }
});

Deno.test("versions are ordered as PEP 440 says", () => {
  const order = ["1.dev1", "1a1.dev2", "1a1", "1b2", "1rc1", "1", "1.post1", "1.0.1", "1.1", "1!0.1"];
  for (const [index, left] of order.entries()) {
    for (const [other, right] of order.entries()) {
      assert.equal(satisfiesRequirement(left, `>=${right}`), index >= other, `${left} >= ${right}`);
      assert.equal(satisfiesRequirement(left, `==${right}`), index === other, `${left} == ${right}`);
    }
  }
  assert.ok(satisfiesRequirement("1.0", "==1") && satisfiesRequirement("1.0+local.1", "==1.0"));
  assert.ok(!satisfiesRequirement("1.0.post1", ">1") && !satisfiesRequirement("1.0rc1", "<1"));
  assert.ok(satisfiesRequirement("2.5.1", "~=2.2") && !satisfiesRequirement("3.0", "~=2.2"));
  assert.ok(satisfiesRequirement("1.5", "!=1.4.*") && !satisfiesRequirement("1.4.2", "!=1.4.*"));
  assert.ok(satisfiesRequirement("odd", "===odd") === false && !satisfiesRequirement("odd", ">=1"));
});

Deno.test("names that pip would not understand, or take for options, are refused", async () => {
  for (
    const packages of ["", " ", "-r", "--pre", "fl ask", "flask==", "flask=2", "flask>=", "é", "a;b\nc=="]
  ) {
    if (packages === "a;b\nc==") continue;
    await assert.rejects(plan(pip.packages, { packages }), { code: "E_ARGUMENT" }, packages);
  }
  assert.deepEqual(parseRequirement("Foo_Bar [x] >= 1"), {
    name: "foo-bar",
    version: ">=1",
    spelled: "foo-bar[x]>=1",
  });
  for (const args of [{ path: "" }, { path: 3 }, { path: "/x", nothing: 1 }]) {
    await assert.rejects(plan(pip.venv, args), { code: "E_ARGUMENT" });
  }
  await assert.rejects(plan(pip.packages, { packages: "x", pip: "-x" }), { code: "E_ARGUMENT" });
  const mistyped = { packages: "x", virtualenv: "/v", virtualenvKwargs: { sitepackages: true } };
  await assert.rejects(plan(pip.packages, mistyped), /sitepackages/);
});

Deno.test("every argument reaches the command", async () => {
  assert.deepEqual(
    await commandsOf(pip.packages, {
      packages: "flask",
      pip: "pip3",
      virtualenv: "~/my env/",
      virtualenvKwargs: { venv: true, python: "python3.11", sitePackages: true, alwaysCopy: true },
      extraInstallArgs: ["--find-links", "/my wheels"],
    }),
    [
      "python3.11 -m venv --system-site-packages --copies ~/'my env'",
      "~/'my env/bin/pip3' install --find-links '/my wheels' flask",
    ],
  );
  const latest = { packages: ["flask", "pinned==1"], latest: true, extraInstallArgs: "--pre" };
  const installed = { flask: ["1"], pinned: ["1"] };
  assert.deepEqual(await commandsOf(pip.packages, latest, { installed }), [
    "pip install --upgrade --pre flask",
  ]);
  assert.deepEqual(await commandsOf(pip.packages, latest, { installed, wouldInstall: false }), []);
  const file = { requirements: "/it's.txt" };
  assert.deepEqual(await commandsOf(pip.packages, file), [`pip install -r '/it'"'"'s.txt'`]);
  assert.deepEqual(await commandsOf(pip.packages, file, { wouldInstall: false }), []);
  assert.deepEqual(await commandsOf(pip.packages, { ...file, present: false }), [
    `pip uninstall --yes -r '/it'"'"'s.txt'`,
  ]);
  const gone = { packages: "x", virtualenv: "/v", present: false };
  assert.deepEqual((await plan(pip.packages, gone)).noops, ["virtualenv /v does not exist"]);
  assert.deepEqual(await commandsOf(pip.virtualenv, { path: "-odd" }), ["virtualenv ./-odd"]);
});

Deno.test("what pip freeze prints", () => {
  const lines = [
    "Foo_Bar==1.0",
    "tool @ file:///w/tool.whl",
    "-e git+https://x.test/repo@abc#egg=Edit_Me",
    "# Editable install with no version control (local==0.1)",
    "-e /srv/local",
    "odd===weird",
    "nonsense",
  ];
  assert.deepEqual(PipPackages.process(lines, {}), {
    "foo-bar": ["1.0"],
    tool: ["@ file:///w/tool.whl"],
    "edit-me": ["@ git+https://x.test/repo@abc"],
    local: ["0.1"],
    odd: ["weird"],
  });
  const odd = Pip3Packages.fullCommand({ pip: "/a b/$(x)" }).raw;
  assert.ok(odd.includes("command -v '/a b/$(x)' >"), odd);
});

Deno.test({
  name: "a virtual environment and packages in it, from nothing to removal",
  ignore: requirement("pip"),
  fn: () =>
    withMachine("system", {}, async (machine) => {
      const { host, dir } = machine;
      const path = `${dir}/venv`;
      const program = `${path}/bin/pip`;
      const wheels = `${dir}/wheels`;
      const extraInstallArgs = ["--no-index", "--find-links", wheels];
      const see = (code: string) => run(`${path}/bin/python`, "-c", code);
      const versions = "import drover_one, drover_two; print(drover_one.VERSION, drover_two.VERSION)";
      await Deno.mkdir(wheels);
      await buildWheels(wheels, [
        { name: "drover-one", version: "1.0", requires: ["drover-two>=1"] },
        { name: "drover-two", version: "1.5" },
      ]);
      assert.deepEqual(await host.fact(PipPackages, { pip: program }), {});
      await settle(machine, pip.venv, { path, python: PYTHON });
      assert.equal(await see("import sys; print(sys.prefix)"), path);

      const wanted = { packages: ["Drover_One>=1"], virtualenv: path, extraInstallArgs };
      assert.equal((await settle(machine, pip.packages, wanted)).length, 1);
      assert.equal(await see(versions), "1.0 1.5");
      const found = await host.fact(PipPackages, { pip: program });
      assert.deepEqual([found["drover-one"], found["drover-two"]], [["1.0"], ["1.5"]]);

      await buildWheels(wheels, [{ name: "drover-two", version: "1.6" }]);
      assert.deepEqual((await host.apply(pip.packages, wanted)).commands, []);
      await settle(machine, pip.packages, { ...wanted, packages: "drover-two", latest: true });
      assert.equal(await see(versions), "1.0 1.6");
      await settle(machine, pip.packages, { ...wanted, packages: "drover-two<1.6" });
      assert.equal(await see(versions), "1.0 1.5");

      const requirements = `${dir}/requirements.txt`;
      await Deno.writeTextFile(requirements, "drover-two==1.6\n");
      const simulated = `--no-index --find-links '${wheels.replace("'", `'"'"'`)}' drover-two==1.6`;
      assert.equal(await host.fact(SimulateInstall, { command: simulated, pip: program }), true);
      await settle(machine, pip.packages, { requirements, virtualenv: path, extraInstallArgs });
      assert.equal(await see(versions), "1.0 1.6");

      await settle(machine, pip.packages, {
        packages: ["drover-one", "other"],
        virtualenv: path,
        present: false,
      });
      assert.doesNotMatch(await run(program, "list"), /drover-one/);
      await Deno.writeTextFile(requirements, "# ours\n-r other.txt\n");
      await Deno.writeTextFile(`${dir}/other.txt`, "Drover_Two>=9 # two\n");
      const removal = { requirements, virtualenv: path, present: false };
      assert.equal((await settle(machine, pip.packages, removal)).length, 1);
      assert.doesNotMatch(await run(program, "list"), /drover-two/);
      await settle(machine, pip.venv, { path, present: false });
      await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    }),
});
