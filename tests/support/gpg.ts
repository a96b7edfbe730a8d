/** Real OpenPGP keys, made for a test. */

/** A keyring of its own. Dispose of it with `await using`. */
export class GpgSandbox implements AsyncDisposable {
  private constructor(readonly root: string) {}

  static async create(): Promise<GpgSandbox> {
    const sandbox = new GpgSandbox(await Deno.makeTempDir({ prefix: "drover-gpg-" }));
    await Deno.chmod(sandbox.root, 0o755);
    await Deno.mkdir(`${sandbox.root}/home`, { mode: 0o700 });
    await Deno.mkdir(`${sandbox.root}/rings`);
    return sandbox;
  }

  /** Makes a key and returns its fingerprint. */
  async makeKey(uid: string): Promise<string> {
    const options = ["--passphrase", "", "--quick-generate-key", uid, "ed25519", "sign", "never"];
    await this.gpg(...options);
    const listed = await this.gpg("--list-keys", "--with-colons", uid);
    return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? "";
  }

  /** Writes a public key to a file and returns its path. */
  async export(fingerprint: string, name: string, ...options: string[]): Promise<string> {
    const path = `${this.root}/${name}`;
    await this.gpg("--yes", "--output", path, ...options, "--export", fingerprint);
    return path;
  }

  /** Runs gpg; returns what it prints. */
  async gpg(...args: string[]): Promise<string> {
    const all = ["--batch", "--homedir", `${this.root}/home`, ...args];
    const { success, stdout, stderr } = await new Deno.Command("gpg", { args: all, stdin: "null" }).output();
    if (!success) throw new Error(`gpg ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const args = ["--homedir", `${this.root}/home`, "--kill", "all"];
    await new Deno.Command("gpgconf", { args, stderr: "null" }).output();
    await Deno.remove(this.root, { recursive: true });
  }
}
