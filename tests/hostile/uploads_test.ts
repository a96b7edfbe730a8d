import assert from "node:assert/strict";
import { decode, TestHost, upload } from "../support/ports.ts";
import { type Requirement, requirement } from "../support/skip.ts";
import { EXCHANGE_TEMPORARIES, flip, type Neighbour, neighbour } from "./neighbour.ts";

/** Attempts at a race. */
const ROUNDS = 40;

/** A session whose requests are read by another shell than the session itself. */
const readBy = (shell: string): string[] => [
  "/bin/sh",
  "-c",
  `mkdir $0; ln -s "$(command -v ${shell})" $0/sh; PATH=$0:$PATH; export PATH; exec /bin/sh`,
];

const SHELLS: { name: string; argv: string[]; needs: Requirement[] }[] = [
  { name: "dash", argv: ["/bin/sh"], needs: [] },
  { name: "bash", argv: readBy("bash"), needs: ["bash"] },
  { name: "zsh", argv: readBy("zsh"), needs: ["zsh"] },
  {
    name: "BusyBox",
    argv: ["busybox", "sh", "-c", "mkdir $0; busybox --install -s $0; PATH=$0; export PATH; exec sh"],
    needs: ["busybox"],
  },
  // As on the BSDs: descriptors have no names there.
  {
    name: "no /proc",
    argv: ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /proc; exec sh"],
    needs: ["mount"],
  },
];

for (const { name, argv, needs } of SHELLS) {
  const test = (title: string, fn: (host: TestHost, them: Neighbour) => Promise<void>) =>
    Deno.test({
      name: `${name}: a neighbour: ${title}`,
      ignore: requirement("root", ...needs),
      fn: async () => {
        const programs = `/tmp/drover-programs-${crypto.randomUUID()}`;
        await using them = await neighbour();
        await using host = await TestHost.shell(
          argv.length === 3 || name === "BusyBox" ? [...argv, programs] : argv,
        );
        await fn(host, them);
        await Deno.remove(programs, { recursive: true }).catch(() => {});
      },
    });

  const write = (host: TestHost, dest: string, given: Parameters<typeof upload>[2] = {}) =>
    host.one(upload("ours\n", dest, given));

  const refused = async (host: TestHost, dest: string, reason: RegExp) => {
    const result = await write(host, dest, { user: "daemon", mode: "666" });
    assert.equal(result.outcome, "failure");
    assert.match(result.error?.detail ?? "", reason);
  };

  test("links to files of root are refused, unless they are to be followed", async (host, them) => {
    await them.perl(`symlink "$ARGV[0]/victim", "keys"; symlink "$ARGV[0]/new", "dangling"`);
    await refused(host, `${them.home}/keys`, /keys, which another user may change.*follow: true/);
    await refused(host, `${them.home}/dangling`, /another user may change/);
    assert.equal(await them.damage(), undefined);
    const followed = await write(host, `${them.home}/keys`, { follow: true });
    assert.equal(followed.outcome, "success", decode(followed.stderr));
    assert.equal(await Deno.readTextFile(`${them.vault}/victim`), "ours\n");
  });

  test("directories that are links lead to their own directories only", async (host, them) => {
    await them.perl(`symlink $ARGV[0], ".ssh"; mkdir "releases"; symlink "releases", "current"; 
symlink "current/../.ssh", "hidden"`);
    await refused(host, `${them.home}/.ssh/file`, /which belongs to another one/);
    await refused(host, `${them.home}/hidden/file`, /which belongs to another one/);
    assert.equal(await them.damage(), undefined);
    const through = await write(host, `${them.home}/current/file`);
    assert.equal(through.outcome, "success", decode(through.stderr));
    assert.equal(await Deno.readTextFile(`${them.home}/releases/file`), "ours\n");
  });

  test("links of root are followed", async (host, them) => {
    await Deno.symlink("victim", `${them.vault}/mine`);
    await Deno.symlink(them.vault, `${them.vault}-link`);
    const result = await write(host, `${them.vault}-link/mine`);
    await Deno.remove(`${them.vault}-link`);
    assert.equal(result.outcome, "success", decode(result.stderr));
    assert.equal(await Deno.readTextFile(`${them.vault}/victim`), "ours\n");
  });

  test("a link of root in their directory may be exchanged", async (host, them) => {
    await Deno.symlink(`${them.vault}/victim`, `${them.home}/roots`);
    await refused(host, `${them.home}/roots`, /belongs to another one/);
    assert.equal(await them.damage(), undefined);
  });

  test("a shared directory", async (host, them) => {
    const shared = `${them.vault}-shared`;
    await Deno.mkdir(shared);
    await Deno.chmod(shared, 0o1777);
    try {
      await them.perl(`symlink "$ARGV[0]/victim", "${shared}/link"; system "mkfifo", "${shared}/fifo"`);
      await refused(host, `${shared}/link`, /may change/);
      await refused(host, `${shared}/fifo`, /may change/);
      assert.equal((await write(host, `${shared}/new`)).outcome, "success");
      assert.equal(await them.damage(), undefined);
    } finally {
      await Deno.remove(shared, { recursive: true });
    }
  });

  const races: Record<string, { dest: string; program: string }> = {
    "the temporary file": { dest: "conf", program: EXCHANGE_TEMPORARIES },
    "the target": {
      dest: "conf",
      program: flip("conf", `"$v/victim"`, `open F, ">", "made"; close F`),
    },
    "the target and a directory": {
      dest: "conf",
      program: flip("conf", "$v", `open F, ">", "made"; close F`),
    },
    "the directory": { dest: ".ssh/conf", program: flip(".ssh", "$v", `mkdir "made"`) },
  };
  for (const [what, { dest, program }] of Object.entries(races)) {
    test(`exchanges ${what} while root writes`, async (host, them) => {
      await using _loop = them.loop(program);
      let written = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const result = await write(host, `${them.home}/${dest}`, { user: them.name, mode: "666" });
        if (result.outcome === "success") written++;
        assert.equal(await them.damage(), undefined, `round ${round}, ${written} written`);
      }
    });
  }
}
