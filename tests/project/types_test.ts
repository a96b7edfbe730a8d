import assert from "node:assert/strict";
import { publicDeclarations } from "../../scripts/declarations.ts";
import { sourcesDigest } from "../../src/project/declarations.ts";
import { project } from "../support/cli.ts";
import { denoCheck } from "./deno_check.ts";

const AUTHORING = new URL("../types/authoring_test.ts", import.meta.url);

const manifest = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
const IMPORTS = Object.fromEntries(
  Object.keys(manifest.imports).filter((name) => /^drover(\/|$)/.test(name)).map((name) => [
    name,
    `./.drover/${name.replace("drover/", "")}.d.ts`,
  ]),
);

/** The environment for a cache of the test's own; the runtime keeps its packages where they are. */
async function ownCache(path: string): Promise<Record<string, string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return { XDG_CACHE_HOME: path, DENO_DIR: JSON.parse(new TextDecoder().decode(stdout)).denoDir };
}

Deno.test("declarations are made of the sources once, and anew where what was kept is damaged", async () => {
  await using here = await project();
  const env = await ownCache(`${here.path}/cache`);
  const kept = `${here.path}/cache/drover/declarations`;
  const written = async () => {
    const { status, stderr } = await here.droverWith(env, "types");
    assert.equal(status, 0, stderr);
    return await here.read(".drover/drover.d.ts");
  };
  const fresh = await publicDeclarations();
  assert.equal(await written(), fresh["drover.d.ts"]);
  const [file, ...more] = await Array.fromAsync(Deno.readDir(kept), ({ name }) => name);
  assert.deepEqual(more, [], "nothing else is left behind");
  assert.deepEqual(JSON.parse(await Deno.readTextFile(`${kept}/${file}`)), fresh);

  await Deno.writeTextFile(`${kept}/${file}`, JSON.stringify({ ...fresh, "drover.d.ts": "// kept\n" }));
  assert.equal(await written(), "// kept\n");
  await Deno.writeTextFile(`${kept}/${file}`, '{"drover.d.ts": "cut sh');
  assert.equal(await written(), fresh["drover.d.ts"]);
});

Deno.test("declarations are made where none can be kept", async () => {
  await using here = await project();
  const { status, stderr } = await here.droverWith(await ownCache("/dev/null/none"), "types");
  assert.equal(status, 0, stderr);
  assert.match(await here.read(".drover/drover.d.ts"), /DataTypes/);
});

Deno.test("other sources have declarations of their own", async () => {
  await using here = await project({
    "deno.json": "{}",
    "scripts/compiler_options.ts": "",
    "scripts/declarations.ts": "",
    "src/mod.ts": "export const a = 1;",
    "src/deep/one.ts": "",
  });
  const root = new URL(`file://${here.path}/`);
  const digests = [await sourcesDigest(root)];
  assert.equal(await sourcesDigest(root), digests[0]);
  await here.write("src/mod.ts", "export const b = 1;");
  digests.push(await sourcesDigest(root));
  await here.write("src/deep/two.ts", "");
  digests.push(await sourcesDigest(root));
  await here.write("deno.json", `{ "imports": {} }`);
  digests.push(await sourcesDigest(root));
  assert.equal(new Set(digests).size, 4);
});

Deno.test("a deploy outside of the repository is typed from end to end, with nothing downloaded", async () => {
  await using here = await project({
    "deno.json": JSON.stringify({ imports: IMPORTS }),
    // Its expected errors must be errors, so nothing in the declarations has become `any`.
    "deploy.ts": await Deno.readTextFile(AUTHORING),
  });
  const ended = await here.drover("types");
  assert.equal(ended.status, 0, ended.stderr);
  assert.match(ended.stderr, /Written \d+ declaration files in \.drover/);
  assert.doesNotMatch(ended.stderr, /deno\.json/);
  const checked = await denoCheck(here.path, "deploy.ts");
  assert.equal(checked.status, 0, checked.stderr);
});

Deno.test("declarations name wrong arguments and know the types of declared data", async () => {
  await using here = await project({
    "deno.json": JSON.stringify({ imports: IMPORTS }),
    "wrong.ts": `import { host } from "drover";
import { files } from "drover/operations";
declare module "drover" { interface DataTypes { app_port: number } }
await files.file({ path: "/x", moode: 644 });
export const port: string = host.data.app_port;
`,
  });
  await here.drover("types");
  const { status, stderr } = await denoCheck(here.path, "wrong.ts");
  assert.notEqual(status, 0);
  assert.match(stderr, /'moode' does not exist in type 'FileArgs & GlobalArguments'/);
  assert.match(stderr, /Type 'number' is not assignable to type 'string'/);
  assert.match(stderr, /Found 2 errors/);
});

const BY_NAME = `import { host } from "drover";
import { File } from "drover/facts/files";
import { Which } from "drover/facts/server";
import { directory, file as touch } from "drover/operations/files";
import { shell } from "drover/operations/server";
const sh: string | undefined = await host.getFact(Which, { command: "sh" });
await shell({ commands: [\`\${sh} -c true\`] });
if (!await host.getFact(File, { path: "/nowhere/at/all" })) await touch({ path: "made" });
export const made: typeof directory = directory;
`;

Deno.test("facts and operations can be imported by their own names", async () => {
  await using here = await project({
    "deno.json": JSON.stringify({ imports: IMPORTS }),
    "deploy.ts": BY_NAME,
  });
  await here.drover("types");
  const checked = await denoCheck(here.path, "deploy.ts");
  assert.equal(checked.status, 0, checked.stderr);
  const planned = await here.drover("@local", "deploy.ts", "--dry");
  assert.equal(planned.status, 0, planned.stderr);
  assert.match(planned.stderr, /files\.file[\s\S]*Plan: 2 changes/);

  await here.write(
    "deploy.ts",
    BY_NAME.replaceAll("Which", "Wich").replace("file as touch", "fiel as touch"),
  );
  const wrong = await denoCheck(here.path, "deploy.ts");
  assert.match(wrong.stderr, /has no exported member named 'Wich'. Did you mean 'Which'\?/);
  assert.match(wrong.stderr, /has no exported member 'fiel'/);
});

Deno.test("every argument has its documentation in the declarations", async () => {
  await using here = await project();
  await here.drover("types", ".");
  const text = await here.read(".drover/types/operations/files/directory.d.ts");
  assert.match(text, /\/\*\* Path of the directory on the host\. \*\/\n\s+path: string;/);
  assert.match(text, /@example/);
});

Deno.test("types say what a project's deno.json lacks", async () => {
  await using here = await project({ "deno.json": `{ "imports": { "drover": "./.drover/drover.d.ts" } }` });
  const { status, stderr } = await here.drover("types");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stderr.slice(stderr.indexOf("{"))), { imports: IMPORTS });
});

Deno.test("types of another version are replaced, and right ones are not written again", async () => {
  await using here = await project({
    ".drover/drover.d.ts": "old",
    ".drover/types/gone.d.ts": "old",
    ".drover/facts.json": "not ours",
  });
  await here.drover("types");
  assert.equal(await here.exists(".drover/types/gone.d.ts"), false);
  assert.equal(await here.read(".drover/facts.json"), "not ours");
  const before = await Deno.stat(`${here.path}/.drover/drover.d.ts`);
  await here.drover("types");
  const after = await Deno.stat(`${here.path}/.drover/drover.d.ts`);
  assert.equal(after.mtime?.getTime(), before.mtime?.getTime());
});

const WRONG: [words: string[], says: RegExp][] = [
  [["types", "nowhere"], /There is no directory "nowhere"/],
  [["types", "a", "b"], /takes one directory, not also "b"/],
  [["types", "--hepl"], /did you mean "--help"\?/],
];

for (const [words, says] of WRONG) {
  Deno.test(`drover ${words.join(" ")} exits 64`, async () => {
    await using here = await project();
    const { status, stderr, stdout } = await here.drover(...words);
    assert.match(stderr, says);
    assert.equal(status, 64);
    assert.equal(stdout, "");
  });
}
