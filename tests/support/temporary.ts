/** Directories of tests that go with them. */

/** A new directory. */
export interface TemporaryDirectory extends AsyncDisposable {
  path: string;
}

/** Makes a directory for one test; dispose of it with `await using`. */
export async function temporaryDirectory(prefix = "drover-test-"): Promise<TemporaryDirectory> {
  const path = await Deno.makeTempDir({ prefix });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
