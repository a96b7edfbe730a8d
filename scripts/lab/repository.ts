/** The Git repository that the example deploys its application from, since no other server can be relied on. */

import { must } from "../process.ts";

const IDENTITY = {
  GIT_AUTHOR_NAME: "Lab",
  GIT_AUTHOR_EMAIL: "lab@localhost",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "Lab",
  GIT_COMMITTER_EMAIL: "lab@localhost",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
};

const FILES: Readonly<Record<string, string>> = {
  "README.md": "# myapp\n\nThe application of the lab: a page.\n",
  "public/index.html": "<!doctype html>\n<title>myapp</title>\n<p>Hello from myapp</p>\n",
};

/** Writes a bare repository with one commit on `main`. */
export async function writeRepository(path: string): Promise<void> {
  const work = `${path}.work`;
  const git = (...args: string[]) => must(["git", "-C", work, ...args], { env: IDENTITY });
  try {
    await Deno.mkdir(work, { recursive: true });
    await git("init", "--quiet", "--initial-branch=main");
    for (const [name, text] of Object.entries(FILES)) {
      await Deno.mkdir(`${work}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${work}/${name}`, text);
    }
    await git("add", ".");
    await git("commit", "--quiet", "--message", "Say hello");
    await git("clone", "--quiet", "--bare", work, path);
  } finally {
    await Deno.remove(work, { recursive: true }).catch(() => {});
  }
}
