/** Commands as a person would type them as another user; what is shown is run by a real shell. */

import assert from "node:assert/strict";
import { asUser, isPlainCommand } from "../../src/command/mod.ts";

Deno.test("one program with its words needs no shell", () => {
  for (const plain of ["apt-get -y install nginx", "echo 'a b'", "systemctl reload nginx", "./x --y=1"]) {
    assert.equal(isPlainCommand(plain), true, plain);
    assert.equal(asUser("sudo", plain), `sudo ${plain}`);
  }
  const others = [
    "echo 1 > /etc/x",
    "a | b",
    "a && b",
    "a; b",
    "a\nb",
    "cd /x",
    "exit 3",
    "for x in 1; do y; done",
    "{ a; }",
    "X=1 a",
    "echo $HOME",
    'echo "$HOME"',
    "echo `id`",
    "ls *.log",
    "ls ~",
    "a &",
    "(a)",
    "! a",
    "",
  ];
  for (const other of others) assert.equal(isPlainCommand(other), false, other);
});

Deno.test("what a shell has to do, it does as the other user", () => {
  assert.equal(asUser("", "echo 1 > /etc/x"), "echo 1 > /etc/x");
  assert.equal(asUser("sudo -u app", "echo 1 > /etc/x"), "sudo -u app sh -c 'echo 1 > /etc/x'");
  assert.equal(asUser("doas", "a && b"), "doas sh -c 'a && b'");
  assert.equal(asUser("su -l app", "id"), "su -l app -c id");
  assert.equal(asUser("su app", "echo 'x' > y"), `su app -c 'echo '"'"'x'"'"' > y'`);
  assert.equal(asUser("sudo su app", "id -u"), "sudo su app -c 'id -u'");
});

Deno.test("pasted into a shell, the whole command runs behind the words", async () => {
  const directory = await Deno.makeTempDir();
  // Stands in for sudo: leaves word of what it was asked to run.
  await Deno.writeTextFile(`${directory}/sudo`, `#!/bin/sh\necho asked > ${directory}/log\nexec "$@"\n`, {
    mode: 0o755,
  });
  const pasted = asUser(
    "sudo",
    `echo "it's $((1+1))" > ${directory}/out && cat ${directory}/log >> ${directory}/out`,
  );
  const env = { PATH: `${directory}:${Deno.env.get("PATH")}` };
  await new Deno.Command("sh", { args: ["-c", pasted], env }).output();
  assert.equal(await Deno.readTextFile(`${directory}/out`), "it's 2\nasked\n");
  await Deno.remove(directory, { recursive: true });
});
