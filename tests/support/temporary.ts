/** Directories of tests that go with them. */

/** A new directory. In texts it stands for its path. */
export interface TemporaryDirectory extends AsyncDisposable {
  path: string;
  toString(): string;
}

/** Makes a directory for one test; dispose of it with `await using`. */
export async function temporaryDirectory(prefix = "drover-test-"): Promise<TemporaryDirectory> {
  const path = await Deno.makeTempDir({ prefix });
  return {
    path,
    toString: () => path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
