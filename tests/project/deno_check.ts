/** `deno check` as it is on a machine that has never downloaded anything and cannot. */

import type { Ended } from "../support/cli.ts";

/** Checks files of a project with an empty cache and no way to a registry. */
export async function denoCheck(directory: string, ...files: string[]): Promise<Ended> {
  const cache = await Deno.makeTempDir({ prefix: "drover-deno-dir-" });
  const nowhere = "http://127.0.0.1:9";
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", ...files],
      cwd: directory,
      env: {
        NO_COLOR: "1",
        DENO_DIR: cache,
        NPM_CONFIG_REGISTRY: nowhere,
        JSR_URL: nowhere,
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { status: code, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}
