/** The installer: downloads, verifies, and installs nothing that is not what the release says. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { releaseFile } from "../../scripts/release.ts";
import { hereTarget } from "../../scripts/compile/targets.ts";
import { must } from "../support/sshd.ts";

const SCRIPT = new URL("../../scripts/install.sh", import.meta.url).pathname;
const ignore = Deno.build.os === "windows";
const NAME = releaseFile(hereTarget());

interface Place extends AsyncDisposable {
  release: string;
  target: string;
  install(url: string, path?: string): Promise<{ status: number; text: string }>;
  installed(): Promise<string[]>;
}

/** A release whose executable is a small script: only the installer is at stake. */
async function place(says = "drover 1.2.3"): Promise<Place> {
  const root = await Deno.makeTempDir({ prefix: "drover-install-" });
  const release = join(root, "release");
  const target = join(root, "bin");
  await Deno.mkdir(release);
  const program = `#!/bin/sh\n${says === "" ? "exit 1" : `echo ${says}`}\n`;
  await Deno.writeTextFile(join(release, NAME), program);
  const sum = createHash("sha256").update(program).digest("hex");
  await Deno.writeTextFile(join(release, "SHA256SUMS"), `${"0".repeat(64)}  other\n${sum}  ${NAME}\n`);
  return {
    release,
    target,
    install: async (url, path = Deno.env.get("PATH")!) => {
      const env = { DROVER_RELEASE_URL: url, DROVER_INSTALL_DIR: target, PATH: path };
      const end = await new Deno.Command("/bin/sh", { args: [SCRIPT], env, stdin: "null" }).output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { status: end.code, text: decode(end.stdout) + decode(end.stderr) };
    },
    installed: () => Array.fromAsync(Deno.readDir(target), ({ name }) => name).catch(() => []),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

function serve(folder: string) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const body = await Deno.readFile(join(folder, new URL(request.url).pathname)).catch(() => undefined);
    return new Response(body, { status: body === undefined ? 404 : 200 });
  });
}

Deno.test({
  name: "installs from a folder, and again over what is there",
  ignore,
  fn: async () => {
    await using test = await place();
    for (let times = 0; times < 2; times++) {
      const { status, text } = await test.install(`file://${test.release}`);
      strictEqual(status, 0, text);
      match(text, /Installed drover 1\.2\.3/);
    }
    deepStrictEqual(await test.installed(), ["drover"]);
    strictEqual(await must(join(test.target, "drover")), "drover 1.2.3\n");
  },
});

Deno.test({
  name: "installs from a server; a missing file is an error",
  ignore,
  fn: async () => {
    await using test = await place();
    await using server = serve(test.release);
    const url = `http://127.0.0.1:${server.addr.port}`;
    const { status, text } = await test.install(url);
    strictEqual(status, 0, text);
    await Deno.remove(join(test.release, NAME));
    const missing = await test.install(url);
    strictEqual(missing.status, 1);
    match(missing.text, /Cannot download/);
    deepStrictEqual(await test.installed(), ["drover"]);
  },
});

Deno.test({
  name: "a wrong checksum, no checksum, a program that does not start: nothing is installed",
  ignore,
  fn: async () => {
    await using wrong = await place();
    await Deno.writeTextFile(join(wrong.release, NAME), "#!/bin/sh\necho something else\n");
    const end = await wrong.install(`file://${wrong.release}`);
    strictEqual(end.status, 1);
    match(end.text, /not what the release says/);
    deepStrictEqual(await wrong.installed(), []);

    await using none = await place();
    await Deno.writeTextFile(join(none.release, "SHA256SUMS"), `${"0".repeat(64)}  other\n`);
    match((await none.install(`file://${none.release}`)).text, /has no drover-/);
    deepStrictEqual(await none.installed(), []);

    await using broken = await place("");
    match((await broken.install(`file://${broken.release}`)).text, /does not start/);
    deepStrictEqual(await broken.installed(), []);
  },
});

Deno.test({
  name: "a script that was cut short does nothing",
  ignore,
  fn: async () => {
    await using test = await place();
    const text = await Deno.readTextFile(SCRIPT);
    const half = join(test.release, "half.sh");
    await Deno.writeTextFile(half, text.slice(0, text.lastIndexOf("\nmain")));
    const env = { DROVER_RELEASE_URL: `file://${test.release}`, DROVER_INSTALL_DIR: test.target };
    await new Deno.Command("/bin/sh", { args: [half], env }).output();
    deepStrictEqual(await test.installed(), []);
  },
});
