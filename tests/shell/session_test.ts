import assert from "node:assert/strict";
import fc from "fast-check";
import { quote } from "../../src/command/quote.ts";
import { requirement } from "../support/skip.ts";
import { command, decode, download, TestHost, upload } from "../support/ports.ts";

const SHELLS = [
  { name: "dash", argv: ["/bin/sh"], ignore: false },
  { name: "bash", argv: ["bash", "--posix"], ignore: requirement("bash") },
  { name: "busybox", argv: ["busybox", "sh"], ignore: requirement("busybox") },
];

const encoder = new TextEncoder();

for (const { name, argv, ignore } of SHELLS) {
  const test = (title: string, fn: (host: TestHost) => Promise<void>): void => {
    Deno.test({
      name: `${name}: ${title}`,
      ignore,
      fn: async () => {
        await using host = await TestHost.shell(argv);
        await fn(host);
      },
    });
  };

  test("status, stdout and stderr of several commands in one batch", async (host) => {
    const results = await host.batch([
      command("echo one; echo two >&2"),
      command("printf unfinished; exit 3", { successExitCodes: [0, 3] }),
      command("exit 4"),
      command("echo never"),
    ]);
    assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success", "failure", "skipped"]);
    assert.deepEqual(results.map(({ exitStatus }) => exitStatus), [0, 3, 4, undefined]);
    assert.equal(decode(results[0]!.stdout), "one\n");
    assert.equal(decode(results[0]!.stderr), "two\n");
    assert.equal(decode(results[1]!.stdout), "unfinished");
  });

  test("without stopOnFailure everything runs", async (host) => {
    const results = await host.batch([command("exit 1"), command("echo still")], { stopOnFailure: false });
    assert.equal(decode(results[1]!.stdout), "still\n");
  });

  test("a signal shows in the exit status", async (host) => {
    assert.equal((await host.one(command("kill -9 $$"))).exitStatus, 137);
    assert.equal((await host.one(command("kill -TERM $$"))).exitStatus, 143);
    assert.equal((await host.one(command("kill -INT $$"))).exitStatus, 130);
  });

  test("stdin is empty, or the given bytes", async (host) => {
    assert.equal(await host.sh("cat | wc -c"), "0\n".padStart((await host.sh("cat|wc -c")).length));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600, size: "max" }), async (bytes) => {
        const result = await host.one(command("cat", { stdin: bytes }));
        assert.deepEqual(new Uint8Array(result.stdout), new Uint8Array(bytes));
      }),
      { numRuns: 60 },
    );
  });

  test("stdin that nobody reads, and a failure behind it", async (host) => {
    const stdin = encoder.encode("x".repeat(300_000));
    const results = await host.batch([command("exit 7", { stdin }), command("echo never")]);
    assert.equal(results[0]!.exitStatus, 7);
    assert.equal(results[1]!.outcome, "skipped");
  });

  test("any word survives quoting", async (host) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary", minLength: 0, maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        async (drawn) => {
          const words = drawn.map((word) => word.replaceAll("\0", "").toWellFormed());
          const output = await host.sh(`printf '%s\\n--\\n' ${words.map(quote).join(" ")}`);
          assert.equal(output, words.map((word) => `${word}\n--\n`).join(""));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("environment and directory, with odd characters", async (host) => {
    const value = `it's "$HOME" \\ \n two\tlines ü`;
    const output = await host.sh(`printf '%s|' "$A" "$PWD"`, { env: { A: value }, chdir: "/usr/bin" });
    assert.equal(output, `${value}|/usr/bin|`);
    const failed = await host.one(command("echo ran", { chdir: "/no/such dir" }));
    assert.equal(failed.outcome, "failure");
    assert.equal(decode(failed.stdout), "");
    assert.match(decode(failed.stderr), /cannot enter the directory \/no\/such dir/);
  });

  test("scripts longer than an argument may be", async (host) => {
    const long = "y".repeat(400_000);
    assert.equal((await host.sh(`printf %s '${long}'`)).length, long.length);
    const failed = await host.one(command(`: '${long}'; exit 5`));
    assert.equal(failed.exitStatus, 5);
  });

  test("neither the script nor the environment shows in the process list", async (host) => {
    const output = await host.sh("cat /proc/$$/cmdline | tr '\\0' ' '; env", { env: { TOKEN: "tok-81723" } });
    const [line = "", ...environment] = output.split("\n");
    assert.doesNotMatch(line, /81723|tok-|tr /);
    assert.ok(environment.includes("TOKEN=tok-81723"));
    assert.doesNotMatch(environment.join("\n"), /DROVER_/);
  });

  test("a background process retires the session and disturbs nobody", async (host) => {
    const before = await host.one(command("(sleep 0.3; echo late; echo late >&2) & echo started"));
    assert.equal(decode(before.stdout), "started\n");
    const after = await host.one(command("sleep 0.6; echo clean"));
    assert.equal(decode(after.stdout), "clean\n");
    assert.equal(decode(after.stderr), "");
  });

  test("a background process disturbs nothing that follows in its batch", async (host) => {
    for (const stopOnFailure of [true, false]) {
      const results = await host.batch([
        command("(sleep 0.3; echo late; echo late >&2) & echo started", { timeout: 9 }),
        command("sleep 0.5; echo clean", { timeout: 9 }),
        command("cat", { stdin: encoder.encode("input") }),
        command("exit 4"),
        command("echo last"),
      ], { stopOnFailure });
      const outputs = results.map(({ stdout, stderr }) => decode(stdout) + decode(stderr));
      assert.deepEqual(outputs, ["started\n", "clean\n", "input", "", stopOnFailure ? "" : "last\n"]);
      const last = stopOnFailure ? "skipped" : "success";
      const outcomes = results.map(({ outcome }) => outcome);
      assert.deepEqual(outcomes, ["success", "success", "success", "failure", last]);
    }
  });

  test("what is read together stays apart", async (host) => {
    const texts: [string, string, number][] = [
      ["cd /; x=1; umask 077; trap 'echo left' EXIT; pwd", "/\nleft\n", 0],
      ['echo "$x"; umask; cat', "\n0022\n", 0],
      ["echo (", "", 2],
      ["printf unended; exit 3", "unended", 3],
      ["set -eu; echo it\\'s; false; echo never", "it's\n", 1],
      ["exec 1>&2; echo there", "there\n", 0],
      ["kill -9 $$; sleep 1", "", 137],
      ["echo error >&2; exec true", "error\n", 0],
      [`printf %s '${"'\"'\"'".repeat(9000)}'|wc -c|tr -d ' '`, "9000\n", 0],
      [": 'SIZE'; echo long".replace("SIZE", "s".repeat(200_000)), "long\n", 0],
      ["printf 'M=%s' \"$M\"; type r >/dev/null 2>&1 && echo known; :", "M=", 0],
    ];
    const results = await host.batch(texts.map(([text]) => command(text)), {
      lane: "facts",
      stopOnFailure: false,
    });
    for (const [index, [text, output, status]] of texts.entries()) {
      const { stdout, stderr, exitStatus } = results[index]!;
      assert.equal(exitStatus, status, text.slice(0, 200));
      // Shells have words of their own for syntax errors and signals.
      const said = decode(stdout) + (status === 2 || status > 128 ? "" : decode(stderr));
      assert.equal(said, output, text.slice(0, 200));
    }
  });

  test("what is read together is killed together", async (host) => {
    const id = host.nextId;
    const running = host.batch([command("echo begun"), command("sleep 83"), command("echo never")], {
      lane: "facts",
      stopOnFailure: false,
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await host.cancel(id);
    const results = await running;
    assert.deepEqual(results.map(({ outcome }) => outcome).slice(1), ["cancelled", "cancelled"]);
    assert.equal(await host.sh("ps ax | grep '[s]leep 83' || echo gone"), "gone\n");
  });

  test("a timeout kills the whole process group, and the host is usable afterwards", async (host) => {
    const mark = `4${Math.floor(Math.random() * 1e6)}`;
    const started = performance.now();
    const [killed, skipped] = await host.batch([
      command(`echo before; sleep ${mark} | sleep ${mark}`, { timeout: 0.4 }),
      command("echo never"),
    ]);
    assert.equal(killed!.outcome, "timeout");
    assert.equal(killed!.error?.code, "E_TIMEOUT");
    assert.equal(decode(killed!.stdout), "before\n");
    assert.equal(skipped!.outcome, "skipped");
    assert.ok(performance.now() - started < 3000);
    assert.equal(await host.sh(`ps ax | grep '[s]leep ${mark}' || echo gone`), "gone\n");
  });

  test("a timeout kills what ignores TERM", async (host) => {
    const result = await host.one(command("trap '' TERM; sleep 77 & wait; sleep 77", { timeout: 0.3 }));
    assert.equal(result.outcome, "timeout");
    assert.equal(await host.sh("echo fine"), "fine\n");
  });

  test("cancel ends the batch", async (host) => {
    const id = host.nextId;
    const running = host.batch([command("echo begun; sleep 88"), command("echo never")], {
      stopOnFailure: false,
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await host.cancel(id);
    const results = await running;
    assert.deepEqual(results.map(({ outcome }) => outcome), ["cancelled", "cancelled"]);
    assert.equal(await host.sh(`ps ax | grep '[s]leep 88' || echo gone`), "gone\n");
  });

  test("drain ends the batch at its next boundary, and only there", async (host) => {
    const id = host.nextId;
    const running = host.batch([
      command("echo begun; sleep 0.6; echo ended"),
      command("echo same operation"),
      command("echo next operation"),
    ], { boundaries: [2] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await host.drain(id);
    const results = await running;
    assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success", "skipped"]);
    assert.equal(decode(results[0]!.stdout), "begun\nended\n");
    assert.equal(await host.sh("echo fine"), "fine\n");
    const after = await host.batch([command("true"), command("true")], { boundaries: [1] });
    assert.deepEqual(after.map(({ outcome }) => outcome), ["success", "success"]);
  });

  test("100 MB of output are bounded", async (host) => {
    const result = await host.one(command("head -c 100000000 /dev/zero; printf end"));
    assert.equal(result.stdout.length, 8 * 1024 * 1024);
    assert.equal(result.droppedBytes, 100_000_003 - 8 * 1024 * 1024);
    assert.equal(decode(result.stdout.slice(-3)), "end");
  });

  test("output that is no UTF-8 comes back as it was", async (host) => {
    const result = await host.one(command("printf '\\377\\376a\\200'"));
    assert.deepEqual([...result.stdout], [255, 254, 97, 128]);
  });

  test("live output is reported while it arrives, decoded across chunks", async (host) => {
    await host.one(command("printf '\\303'; sleep 0.1; printf '\\274ber\\n'; echo e >&2"), { live: true });
    const text = (stream: string): string =>
      host.events.map((event) => event.type === "output" && event.stream === stream ? event.text : "").join(
        "",
      );
    assert.equal(text("stdout"), "über\n");
    assert.equal(text("stderr"), "e\n");
  });

  test("uploads and downloads any bytes, small and large", async (host) => {
    const directory = await Deno.makeTempDir();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000, size: "max" }), async (bytes) => {
        await host.batch([
          upload(bytes, `${directory}/small`),
          download(`${directory}/small`, `${directory}/copy`),
        ]);
        assert.deepEqual(await Deno.readFile(`${directory}/copy`), new Uint8Array(bytes));
      }),
      { numRuns: 20 },
    );
    const large = new Uint8Array(3_000_000).map((_, index) => (index * 7919) >> 3);
    const results = await host.batch([
      upload(large, `${directory}/large`),
      command(`wc -c <${directory}/large`),
    ]);
    assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success"]);
    assert.deepEqual(await Deno.readFile(`${directory}/large`), large);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).toSorted(), [
      "copy",
      "large",
      "small",
    ]);
    await Deno.remove(directory, { recursive: true });
  });
}

Deno.test("a terminal is given on request", { ignore: requirement("script", "bash") }, async () => {
  await using host = await TestHost.connect("@local");
  assert.match(await host.sh("tty", { pty: true }), /^\/dev\/pts\/\d+\r\n$/);
  assert.equal((await host.one(command("exit 6", { pty: true }))).exitStatus, 6);
  assert.match(await host.sh("test -t 1 && echo $BASH_VERSION", { pty: true, shell: "bash" }), /^5/);
});

Deno.test("another shell reads the command", { ignore: requirement("bash") }, async () => {
  await using host = await TestHost.connect("@local");
  assert.equal(
    await host.sh(`echo "\${BASH_VERSION:+bash}"; env | grep DROVER || true`, { shell: "bash" }),
    "bash\n",
  );
  const missing = await host.one(command("true", { shell: "no-such-shell" }));
  assert.equal(missing.exitStatus, 127);
});

Deno.test("what reads the command need not be a shell", { ignore: requirement("python3") }, async () => {
  await using host = await TestHost.connect("@local");
  assert.equal(
    await host.sh("import os; print('DROVER_SCRIPT' in os.environ)", { shell: "python3" }),
    "False\n",
  );
});
