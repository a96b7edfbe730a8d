/** Real Debian packages and a small repository of them, built for a test. */

/** What a package is like. */
export interface PackageOptions {
  name: string;
  version: string;
  /** The field `Depends`. */
  depends?: string;
}

/** A built package. Dispose of it with `await using`. */
export interface BuiltPackage extends AsyncDisposable {
  /** Path of the `.deb` file. */
  path: string;
  /** The directory that it is in, which holds nothing else. */
  directory: string;
}

/** Builds a package that holds nothing but its name. */
export async function buildPackage(options: PackageOptions): Promise<BuiltPackage> {
  const directory = await Deno.makeTempDir({ prefix: "drover-deb-" });
  await Deno.chmod(directory, 0o755);
  const path = await addPackage(directory, options);
  return { path, directory, [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
}

/** Builds a package into a directory; returns the path of the file. */
export async function addPackage(directory: string, options: PackageOptions): Promise<string> {
  const { name, version, depends } = options;
  const tree = await Deno.makeTempDir({ prefix: "drover-deb-" });
  try {
    await Deno.chmod(tree, 0o755);
    await Deno.mkdir(`${tree}/DEBIAN`);
    const control = [
      `Package: ${name}`,
      `Version: ${version}`,
      "Architecture: all",
      "Maintainer: Drover <drover@example.com>",
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      "Description: a package for a test",
    ];
    await Deno.writeTextFile(`${tree}/DEBIAN/control`, control.map((line) => `${line}\n`).join(""));
    const path = `${directory}/${name}_${version.replace(/^\d+:/, "")}_all.deb`;
    await run("dpkg-deb", "--root-owner-group", "--build", tree, path);
    return path;
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
}

/** Writes the list of a directory's packages, so that apt can take them from `deb [trusted=yes] file:DIR ./`. */
export async function indexPackages(directory: string): Promise<void> {
  let index = "";
  for await (const { name } of Deno.readDir(directory)) {
    if (!name.endsWith(".deb")) continue;
    const path = `${directory}/${name}`;
    const bytes = await Deno.readFile(path);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    const control = await run("dpkg-deb", "--field", path);
    index += `${control.trim()}\nFilename: ./${name}\nSize: ${bytes.length}\nSHA256: ${digest}\n\n`;
  }
  await Deno.writeTextFile(`${directory}/Packages`, index);
}

/** An apt that knows only one repository, beside the packages that this machine has. */
export class PrivateApt implements AsyncDisposable {
  private constructor(
    /** Directory of the repository. */
    readonly repository: string,
    /** Environment that makes apt use it. */
    readonly env: { APT_CONFIG: string },
    readonly root: string,
  ) {}

  static async create(): Promise<PrivateApt> {
    const root = await Deno.makeTempDir({ prefix: "drover-apt-" });
    await Deno.chmod(root, 0o755);
    for (const name of ["repository", "lists/partial", "cache/archives/partial", "etc"]) {
      await Deno.mkdir(`${root}/${name}`, { recursive: true });
    }
    await Deno.writeTextFile(`${root}/etc/sources.list`, `deb [trusted=yes] file:${root}/repository ./\n`);
    const settings = [
      `Dir::State::lists "${root}/lists";`,
      `Dir::Cache "${root}/cache";`,
      `Dir::Etc::sourcelist "${root}/etc/sources.list";`,
      `Dir::Etc::sourceparts "-";`,
      `APT::Sandbox::User "root";`,
      // Otherwise the list of a local repository is a link to it, and there is nothing to update.
      `Acquire::GzipIndexes "true";`,
    ];
    await Deno.writeTextFile(`${root}/apt.conf`, settings.map((line) => `${line}\n`).join(""));
    return new PrivateApt(`${root}/repository`, { APT_CONFIG: `${root}/apt.conf` }, root);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** The version of a package that this machine has; nothing if it is not installed. */
export async function installedVersion(name: string): Promise<string | undefined> {
  const { stdout } = await new Deno.Command("dpkg-query", {
    args: ["-W", "-f", "${db:Status-Status} ${Version}", name],
    stderr: "null",
  }).output();
  return /^installed (.*)$/.exec(new TextDecoder().decode(stdout))?.[1];
}

/** Takes packages off this machine, whatever state a test has left them in. */
export async function purge(...names: string[]): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const args = ["--purge", "--force-all", ...names];
    const { success, stderr } = await new Deno.Command("dpkg", { args, stdin: "null" }).output();
    if (success || !new TextDecoder().decode(stderr).includes("lock")) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
