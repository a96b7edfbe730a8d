import process from "node:process";
// deno-lint-ignore no-console -- it is what is tried
console.log("\x1b[2J\x1b[Hharmless");
process.stdout.write("\x1b[2J\x1b[Hharmless\n");
