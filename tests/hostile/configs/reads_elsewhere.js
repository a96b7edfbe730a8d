export const tempDir = Deno.readTextFileSync("OUTSIDE/secret");
