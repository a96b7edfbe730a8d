/** One program for many questions: its answers are byte for byte those of each fact's own command. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { files, server, systemd } from "../../src/facts/mod.ts";
import type { AnyFact, SharedProgram } from "../../src/host/mod.ts";
import { type BareShell, onEachBareShell, withPrograms } from "../support/bare_shells.ts";

interface Question {
  fact: AnyFact;
  args: object;
}

const MARK = "m4rkQ7x";
const RUNS = { numRuns: 12 };
const STAT_FACTS = [
  files.File,
  files.Directory,
  files.Link,
  files.Socket,
  files.LinkTarget,
  files.NumericOwner,
];
const DIGESTS = [files.Md5File, files.Sha1File, files.Sha256File, files.Sha384File];

function sharedBy({ fact }: Question): SharedProgram<object> {
  assert.ok(fact.shared, `${fact.name} has a shared program`);
  return fact.shared;
}

/** What happened to the questions that can be put together. */
interface Told {
  together: number;
  /** Groups that have to be asked one by one after all. */
  untold: number;
}

/** Asks all questions by themselves and together, and compares. */
async function compare(shell: BareShell, questions: readonly Question[]): Promise<Told> {
  const told: Told = { together: 0, untold: 0 };
  const groups = Map.groupBy(questions, (question) => sharedBy(question).group(question.args));
  groups.delete(undefined);
  for (const group of groups.values()) {
    // Looking at a link for the first time moves its atime.
    const shared = sharedBy(group[0]!);
    await askTogether(shell, group, false);
    const alone = await Promise.all(group.map(({ fact, args }) => output(shell, fact.fullCommand(args).raw)));
    const together = await askTogether(shell, group, false);
    const answers = shared.split(together, MARK, group.length);
    if (answers === undefined) {
      told.untold++;
      continue;
    }
    told.together += group.length;
    assert.deepEqual(answers, alone);
    assert.equal(shared.join(alone, MARK), together);

    const lasting = alone.map((answer, index) => shared.lasting?.(answer, group[index]!.args) ?? answer);
    const cut = await askTogether(shell, group, true);
    assert.deepEqual(shared.split(cut, MARK, group.length), lasting);
    assert.equal(shared.join(lasting, MARK), cut);
  }
  return told;
}

function askTogether(shell: BareShell, group: readonly Question[], lasting: boolean): Promise<string> {
  const args = group.map((question) => question.args);
  return output(shell, sharedBy(group[0]!).command(args, { mark: MARK, lasting }).raw);
}

async function output(shell: BareShell, text: string): Promise<string> {
  const { output, status } = await shell.run(text);
  assert.equal(status, 0, text);
  return output;
}

const NAMES = [
  "plain",
  "with space",
  "it's",
  'a "quote"',
  "$HOME `id` ${1}",
  "ünïcödé",
  "new\nline",
  "newline at the end\n",
  "a -> b",
  "\\n",
  "back\\slash",
  "-x",
  "--help",
  "=",
  "!",
  "(",
  "~",
  "~nobody-there",
  "carriage\rreturn",
  `${MARK}`,
  "x user=evil group=evil mode=drwxrwxrwx atime=1 mtime=1 ctime=1 size=1 y",
];
const KINDS = [
  "nothing",
  "file",
  "directory",
  "link",
  "dangling",
  "loop",
  "socket",
  "pipe",
  "bytes",
] as const;
type Kind = (typeof KINDS)[number];

/** Puts something at a path, and a name for it as people may write it. */
async function make(shell: BareShell, name: string, kind: Kind): Promise<void> {
  const path = `${shell.directory}/${name}`;
  await Deno.remove(path, { recursive: true }).catch(() => {});
  if (kind === "file") await Deno.writeTextFile(path, name, { mode: 0o640 });
  else if (kind === "directory") await Deno.mkdir(path);
  else if (kind === "link") await Deno.symlink(shell.directory, path);
  else if (kind === "dangling") await Deno.symlink("nowhere\nmode=d", path);
  else if (kind === "loop") await Deno.symlink(path, path);
  else if (kind === "socket") await bind(path);
  else if (kind === "pipe") await outside('mkfifo "$1"', path);
  // No text can name this link's target.
  else if (kind === "bytes") await outside('ln -s "$(printf \'x\\377\\200\')" "$1"', path);
}

/** Runs a text with the programs of this machine. */
async function outside(text: string, path: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", text, "sh", path] }).output();
  assert.ok(success, text);
}

async function bind(path: string): Promise<void> {
  // Paths of sockets are short.
  const place = await Deno.makeTempDir({ dir: "/tmp" });
  const listener = Deno.listen({ transport: "unix", path: `${place}/s` });
  await Deno.rename(`${place}/s`, path);
  listener.close();
  await Deno.remove(place, { recursive: true });
}

const spelling = fc.constantFrom("absolute", "relative", "home", "slash");

function spell(shell: BareShell, name: string, way: string): string {
  if (way === "relative" && !/^[~]/.test(name)) return name;
  if (way === "home") return `~/${name}`;
  return `${shell.directory}/${name}${way === "slash" ? "/" : ""}`;
}

const things = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...KINDS), spelling), {
  minLength: 1,
  maxLength: 8,
  selector: ([name]) => name,
});

onEachBareShell("stat of many paths", async (shell) => {
  let together = 0;
  await fc.assert(
    fc.asyncProperty(things, fc.infiniteStream(fc.constantFrom(...STAT_FACTS)), async (made, facts) => {
      for (const [name, kind] of made) await make(shell, name, kind);
      const questions = made.map(([name, , way]) => ({
        fact: facts.next().value as AnyFact,
        args: { path: spell(shell, name, way) },
      }));
      const told = await compare(shell, questions);
      assert.equal(told.untold, 0);
      together += told.together;
      for (const [name] of made) await make(shell, name, "nothing");
    }),
    RUNS,
  );
  assert.ok(together > RUNS.numRuns);
});

onEachBareShell("digests of many files", async (shell) => {
  // A pipe would be waited for, by each program alike.
  const files = things.filter((made) => made.every(([, kind]) => kind !== "pipe"));
  await fc.assert(
    fc.asyncProperty(files, fc.constantFrom(...DIGESTS), async (made, fact) => {
      for (const [name, kind] of made) await make(shell, name, kind);
      const questions = made.map(([name, , way]) => ({
        fact: fact as AnyFact,
        args: { path: spell(shell, name, way) },
      }));
      assert.equal((await compare(shell, questions)).untold, 0);
      for (const [name] of made) await make(shell, name, "nothing");
    }),
    RUNS,
  );
});

/** Pieces of patterns; what they make may well be no pattern at all. */
const PIECES = [
  ..."abAB12 .*^$/%,@!;:~=#|+?(){}\\]-&\"'",
  ...[
    "\\.",
    "\\*",
    "\\[",
    "\\$",
    "\\(",
    "\\)",
    "\\{2\\}",
    "\\{1,\\}",
    "\\+",
    "\\/",
    "\\&",
    "\\1",
    "{2}",
    "{,3}",
  ],
  ...["[ab]", "[^a]", "[]a]", "[0-9]", "[a-z]", "[[:alpha:]]", "[^[:space:]]", "[-a]", "[/%]", "[\\n]"],
  ...[".*", "^a", "b$", "(a|b)", "\\(ab\\)*"],
];
const pattern = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((all) =>
  all.join("")
);
const line = fc.array(fc.constantFrom(..."abAB12 .*^$/%,@\\[]{}()+?|&-'\"\t"), { maxLength: 8 })
  .map((all) => all.join(""));
const content = fc.tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom("", "\n"))
  .map(([lines, end]) => lines.join("\n") + end);
/** What may be no text: the answer is one of grep's own then. */
const oddContent = fc.tuple(content, fc.constantFrom("ü", "\r", "\0", "\x01", "\xff", "a\0b", "\f"), content)
  .map((parts) => parts.join(""));

function findQuestions(path: string, patterns: readonly string[], extendedRegex: boolean): Question[] {
  return patterns.map((one) => ({ fact: files.FindInFile, args: { path, pattern: one, extendedRegex } }));
}

onEachBareShell("one read of a file for many patterns", async (shell) => {
  let together = 0;
  const patterns = fc.array(pattern, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(content, patterns, fc.boolean(), async (text, some, extended) => {
      await Deno.writeTextFile(`${shell.directory}/it's`, text);
      const told = await compare(shell, findQuestions(`${shell.directory}/it's`, some, extended));
      assert.equal(told.untold, 0);
      together += told.together;
    }),
    { numRuns: 25 },
  );
  assert.ok(together > 25);
});

onEachBareShell("files that are no text are left to grep", async (shell) => {
  const some = ["^a", "b", "^$", "x", ".", "[^a]$"];
  await fc.assert(
    fc.asyncProperty(oddContent, async (text) => {
      const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
      await Deno.writeFile(`${shell.directory}/odd`, bytes);
      await compare(shell, findQuestions("odd", some, false));
    }),
    { numRuns: 20 },
  );
});

onEachBareShell("patterns for what is no file", async (shell) => {
  for (
    const [name, kind] of [["no", "nothing"], ["d", "directory"], ["-l", "dangling"], ["f", "file"]] as const
  ) {
    await make(shell, name, kind);
    const told = await compare(shell, findQuestions(name, ["a", "^f$"], false));
    assert.equal(told.untold, kind === "directory" || kind === "dangling" ? 1 : 0, kind);
  }
});

onEachBareShell("where the shell finds programs", async (shell) => {
  const names = ["sh", "cd", "if", "no such program", "it's", "", "/bin/sh", "./-x", "-v", "grep"];
  const questions = names.map((command) => ({ fact: server.Which, args: { command } }));
  assert.deepEqual(await compare(shell, questions), { together: names.length - 1, untold: 0 });
});

Deno.test("patterns that mean the same to every grep and sed are put together, others are not", () => {
  const isShared = (one: string, extendedRegex: boolean) =>
    files.FindInFile.shared!.group({ path: "f", pattern: one, extendedRegex }) !== undefined;
  const basic = [
    "^Port .*$",
    "a+b",
    "^.*#\\{0,1\\}x.*$",
    "[[:space:]]*=",
    "a\\/b\\]",
    "\\(ab\\)*",
    "^$",
    "x{",
    "a|b",
  ];
  const extended = ["^(a|b)+$", "^#?Port [0-9]{1,5}", "(^|,)x(,|$)", "\\(", "a\\+", "^.*(a|^b).*$"];
  const neither = [
    "",
    "\\w",
    "a\\<",
    "a**",
    "[a-z]",
    "[ab",
    "[\\n]",
    "ü",
    "a\nb",
    "\\",
    "[:a:]",
    "a^*",
    "/%,@!;:~=#",
  ];
  for (const one of basic) assert.ok(isShared(one, false), one);
  for (const one of extended) assert.ok(isShared(one, true), one);
  for (const one of [...neither, "a\\+", "\\(a", "a\\)", "a^b", "*a", "\\(a\\)\\1"]) {
    assert.ok(!isShared(one, false), one);
  }
  for (const one of [...neither, "(a", "a)", "()", "a||b", "+a", "a{", "(a)\\1"]) {
    assert.ok(!isShared(one, true), one);
  }
});

Deno.test("variables in patterns, names that find takes for its own: each question for itself", () => {
  const group = files.FindInFile.shared!.group;
  assert.equal(group({ path: "f", pattern: "a", interpolateVariables: true }), undefined);
  for (const path of ["!", "(x", "a\nb", "a\\b"]) assert.equal(group({ path, pattern: "a" }), undefined);
});

Deno.test("a path that vanishes in between makes all be asked one by one", async () => {
  const racing = { stat: 'rm -f b; exec /usr/bin/stat "$@"', sha1sum: 'rm -f b; exec /usr/bin/sha1sum "$@"' };
  await withPrograms(racing, async (shell) => {
    for (const fact of [files.File, files.LinkTarget, files.NumericOwner, files.Sha1File]) {
      for (const name of ["a", "b", "c"]) await make(shell, name, "file");
      const group = ["a", "b", "c"].map((path) => ({ fact: fact as AnyFact, args: { path } }));
      const together = await askTogether(shell, group, false);
      assert.equal(sharedBy(group[0]!).split(together, MARK, 3), undefined, fact.name);
      assert.equal((await compare(shell, group)).untold, 0, "it is gone for good");
    }
  });
});

Deno.test("what lasts of a directory is not what its neighbours do, of a file it is its content", async () => {
  await withPrograms({}, async (shell) => {
    const group = ["d", "f"].map((path) => ({ fact: files.File as AnyFact, args: { path } }));
    await make(shell, "d", "directory");
    await make(shell, "f", "file");
    await Deno.utime(`${shell.directory}/d`, 1, 1);
    await Deno.utime(`${shell.directory}/f`, 1, 1);
    const before = await askTogether(shell, group, true);
    await Deno.writeTextFile(`${shell.directory}/d/neighbour`, "");
    await Deno.utime(`${shell.directory}/f`, 2, 1);
    assert.equal(await askTogether(shell, group, true), before);
    await Deno.utime(`${shell.directory}/f`, 1, 2);
    assert.notEqual(await askTogether(shell, group, true), before, "the content may be new");
    await Deno.utime(`${shell.directory}/f`, 1, 1);
    await Deno.chmod(`${shell.directory}/d`, 0o700);
    assert.notEqual(await askTogether(shell, group, true), before);
  });
});

/** Shows units as systemd does: a block each, with an empty line between. */
const SYSTEMCTL = `shift 5; property=$1; shift; separator=
for unit in "$@"; do
case $unit in bad*) echo "Unit name $unit is neither a valid name" >&2; exit 1;; esac
printf '%sId=%s\\n%s=%s\\n' "$separator" "$unit" "$property" "running"; separator='
'
done`;

Deno.test("many units of systemd", async () => {
  const units = (fact: AnyFact, ...names: string[]) =>
    names.map((name) => ({ fact, args: { services: [name] } }));
  await withPrograms({ systemctl: SYSTEMCTL }, async (shell) => {
    const some = ["a.service", "b@x.timer", "a.service", "it's.service"];
    for (const fact of [systemd.SystemdStatus, systemd.SystemdEnabled] as AnyFact[]) {
      assert.deepEqual(await compare(shell, units(fact, ...some)), { together: 3, untold: 0 });
      const failing = await askTogether(shell, units(fact, "a.service", "bad@.service"), false);
      assert.equal(fact.shared!.split(failing, MARK, 2), undefined);
    }
  });
});

onEachBareShell("units where there is no systemd", async (shell) => {
  const args = ["a.service", "b.service"].map((name) => ({ services: [name] }));
  const questions = args.map((one) => ({ fact: systemd.SystemdStatus as AnyFact, args: one }));
  const { output: found } = await shell.run("command -v systemctl");
  if (found === "") assert.deepEqual(await compare(shell, questions), { together: 2, untold: 0 });
});

Deno.test("facts that one program answers are in one group, different ones are not", () => {
  const group = (fact: AnyFact, args: object) => fact.shared!.group(args);
  const path = { path: "/x" };
  const stats = [files.File, files.Directory, files.Link, files.Socket].map((fact) => group(fact, path));
  assert.equal(new Set(stats).size, 1);
  const others = [files.LinkTarget, files.NumericOwner, ...DIGESTS].map((fact) => group(fact, path));
  assert.equal(new Set([...stats, ...others]).size, 7);
  const find = (args: object) => group(files.FindInFile, { pattern: "a", ...args });
  assert.equal(find(path), find({ ...path, pattern: "b", extendedRegex: false }));
  assert.equal(new Set([find(path), find({ path: "/y" }), find({ ...path, extendedRegex: true })]).size, 3);
  const unit = { services: ["a.service"] };
  const targets = [{}, { userMode: true }, { machine: "m" }].map((target) =>
    group(systemd.SystemdStatus, { ...unit, ...target })
  );
  assert.equal(new Set([...targets, group(systemd.SystemdEnabled, unit)]).size, 4);
});
