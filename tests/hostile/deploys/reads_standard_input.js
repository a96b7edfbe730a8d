import { createReadStream, readFileSync, readSync } from "node:fs";
import process from "node:process";
const buffer = new Uint8Array(64);
const ways = [
  () => Deno.stdin.readSync(buffer) && new TextDecoder().decode(buffer),
  () => readSync(0, buffer) && new TextDecoder().decode(buffer),
  () => readFileSync(0, "utf8"),
  () => Deno.readTextFileSync("/dev/stdin"),
  () => Deno.readTextFileSync("/proc/self/fd/0"),
  () => new Response(Deno.stdin.readable).text(),
  () => new Promise((resolve, reject) => process.stdin.on("data", resolve).on("error", reject)),
  () =>
    new Promise((resolve, reject) => createReadStream("", { fd: 0 }).on("data", resolve).on("error", reject)),
  () => prompt("password:"),
];
for (const way of ways) {
  const patience = new Promise((resolve) => setTimeout(resolve, 300));
  const got = await Promise.race([Promise.try(way).catch(() => undefined), patience]);
  if (got) throw new Error(`ESCAPED with ${got}`);
}
