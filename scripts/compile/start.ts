/** Starts Drover from where the portable executable was unpacked, and clears a temporary place afterwards. */

// What the shell script set for the runtime is nobody else's business: programs that Drover starts inherit
// the environment as it was.
["DENO_DIR", "DENO_NO_UPDATE_CHECK", "DENO_DISABLE_NODE_SHIM"].forEach(restore);
const temporary = Deno.env.get("DROVER_TEMPORARY");
if (temporary !== undefined) removeAtExit(temporary);

await import("./lib/main.js" as string);

function restore(name: string): void {
  const outer = `DROVER_OUTER_${name}`;
  const value = Deno.env.get(outer);
  Deno.env.delete(outer);
  if (value === undefined || value === "") Deno.env.delete(name);
  else Deno.env.set(name, value);
}

/** A regular end removes it at once; after any other, a process that waits for our end does. */
function removeAtExit(folder: string): void {
  Deno.env.delete("DROVER_TEMPORARY");
  // Not the runtime: what may be started may not be removed.
  const watcher = new Deno.Command("sh", {
    args: ["-c", 'trap : INT TERM HUP; while read -r _; do :; done; cd /; rm -rf "$1"', "sh", folder],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  watcher.unref();
  globalThis.addEventListener("unload", () => {
    // The runtime's own caches may be written while we remove them.
    for (let tries = 0; tries < 20 && !removed(folder); tries++) pause(10);
  });
}

function removed(folder: string): boolean {
  try {
    Deno.removeSync(folder, { recursive: true });
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
