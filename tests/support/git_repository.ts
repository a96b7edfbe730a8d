/** Real git repositories in temporary directories. */

/** Directories for a test, and git in them. Dispose of it with `await using`. */
export class GitSandbox implements AsyncDisposable {
  private constructor(readonly root: string) {}

  /** Makes `origin`, a repository with one commit on `main`. */
  static async create(): Promise<GitSandbox> {
    const sandbox = new GitSandbox(await Deno.makeTempDir({ prefix: "drover git's " }));
    await Deno.chmod(sandbox.root, 0o755);
    await sandbox.git(".", "init", "-q", "-b", "main", "origin");
    await sandbox.commit("origin", "first");
    return sandbox;
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  /** Runs git in a directory of the sandbox; returns what it prints. */
  async git(directory: string, ...args: string[]): Promise<string> {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    const options = [...identity, "-c", "safe.directory=*", "-c", "protocol.file.allow=always"];
    const command = new Deno.Command("git", {
      args: [...options, ...args],
      cwd: this.path(directory),
      stdin: "null",
      env: { LC_ALL: "C" },
    });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout).trim();
  }

  /** Adds a file and commits it; returns the commit. */
  async commit(directory: string, file: string): Promise<string> {
    await Deno.writeTextFile(this.path(`${directory}/${file}`), `${file}\n`);
    await this.git(directory, "add", file);
    await this.git(directory, "commit", "-q", "-m", `Add ${file}`);
    return await this.git(directory, "rev-parse", "HEAD");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}
