import assert from "node:assert/strict";
import * as gitFacts from "../../src/facts/git.ts";
import { PipPackages } from "../../src/facts/pip.ts";
import * as git from "../../src/operations/git/mod.ts";
import * as pip from "../../src/operations/pip.ts";
import { type HostUnderTest, hostUnderTest, TESTS_EXECUTABLE } from "../support/host_under_test.ts";
import { busyboxPath } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { must } from "../support/sshd.ts";
import { type Neighbour, neighbour } from "./neighbour.ts";

/** A program that says who has run it. */
const spy = (them: Neighbour) => `#!/bin/sh\nid -u >> ${them.home}/who\nexit 0\n`;

/** Makes a repository of the neighbour's, all of whose programs are spies. */
async function makeRepository(them: Neighbour): Promise<string> {
  const script = `set -e; cd ${them.home}; git init -q -b main origin; cd origin
git -c user.name=x -c user.email=x@y commit -q --allow-empty -m one; cd ..
git clone -q origin copy; cat > spy; chmod 755 spy; : > who; chmod 666 who; cd copy
for h in post-checkout post-merge pre-rebase reference-transaction post-rewrite; do cp ../spy .git/hooks/$h; done
git config core.fsmonitor "$PWD/../spy"; git config core.sshCommand "$PWD/../spy"
git config uploadpack.packObjectsHook "$PWD/../spy"`;
  const child = new Deno.Command("runuser", {
    args: ["-u", them.name, "--", "sh", "-c", script],
    stdin: "piped",
  })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(spy(them)));
  await writer.close();
  assert.ok((await child.status).success);
  return `${them.home}/copy`;
}

async function whoRan(them: Neighbour): Promise<string[]> {
  const text = await Deno.readTextFile(`${them.home}/who`).catch(() => "");
  return [...new Set(text.split("\n").filter(Boolean))];
}

function test(name: string, fn: (host: HostUnderTest, them: Neighbour) => Promise<void>): void {
  Deno.test({
    name: `a neighbour's programs: ${name}`,
    ignore: requirement("root", "git"),
    fn: async () => {
      await using them = await neighbour();
      await using host = await hostUnderTest();
      await fn(host, them);
    },
  });
  if (TESTS_EXECUTABLE) return;
  Deno.test({
    name: `a neighbour's programs: ${name} (BusyBox)`,
    ignore: requirement("root", "git", "busybox"),
    fn: async () => {
      await using them = await neighbour();
      await using busybox = await busyboxPath();
      // Without util-linux, too.
      const PATH = busybox.path.split(":")[0]!;
      await Deno.symlink("/usr/bin/git", `${PATH}/git`);
      await Deno.chmod(PATH, 0o755);
      await using host = await hostUnderTest({ ...busybox.connector, _env: { PATH } });
      await fn(host, them);
    },
  });
}

test("facts about a repository run them as the neighbour", async (host, them) => {
  const repo = await makeRepository(them);
  assert.equal(await host.fact(gitFacts.GitBranch, { repo }), "main");
  assert.equal(await host.fact(gitFacts.GitTrackingBranch, { repo }), "origin/main");
  assert.match(await host.fact(gitFacts.GitLocalCommit, { repo }) ?? "", /^[0-9a-f]{40}$/);
  assert.match(await host.fact(gitFacts.GitRemoteBranchCommit, { repo }) ?? "", /^[0-9a-f]{40}$/);
  assert.deepEqual(await host.fact(gitFacts.GitTag, { repo }), []);
  assert.deepEqual(await host.fact(gitFacts.GitSubmodules, { repo }), {});
  assert.ok("core.fsmonitor" in await host.fact(gitFacts.GitConfig, { repo }));
  assert.deepEqual(await whoRan(them), [String(them.uid)]);
});

test("operations on a repository run them as the neighbour", async (host, them) => {
  const dest = await makeRepository(them);
  const commit =
    `cd ${them.home}/origin && git -c user.name=x -c user.email=x@y commit -q --allow-empty -m two`;
  await must("runuser", "-u", them.name, "--", "sh", "-c", `${commit} && git branch side`);
  await host.apply(git.repo, { src: `${them.home}/origin`, dest, branch: "main", user: them.name });
  await host.apply(git.repo, { src: `${them.home}/origin`, dest, branch: "side" });
  await host.apply(git.config, { key: "user.name", value: "x", repo: dest });
  await host.apply(git.worktree, { repo: dest, worktree: `${them.home}/tree`, newBranch: "tree" });
  assert.deepEqual(await whoRan(them), [String(them.uid)]);
  assert.equal((await Deno.stat(`${them.home}/tree/.git`)).uid, them.uid);
});

test("a repository of several users is refused", async (host, them) => {
  const repo = await makeRepository(them);
  await must("chown", "daemon", repo);
  const error = await host.fact(gitFacts.GitTag, { repo }).catch((thrown) => thrown);
  assert.match(`${error} ${JSON.stringify(error)}`, /several users/);
  assert.deepEqual(await whoRan(them), []);
});

test("pip in an environment runs as the neighbour", async (host, them) => {
  await them.perl(`mkdir "venv"; mkdir "venv/bin"; open F, ">", "venv/bin/pip"; 
print F "#!/bin/sh\\nid -u >> ${them.home}/who\\n"; close F; chmod 0755, "venv/bin/pip"; 
open F, ">", "venv/bin/activate"; close F`);
  await host.fact(PipPackages, { pip: `${them.home}/venv/bin/pip` });
  await host.apply(pip.packages, { packages: "flask", virtualenv: `${them.home}/venv` });
  assert.deepEqual(await whoRan(them), [String(them.uid)]);
});
