import { writeSync } from "node:fs";
import process from "node:process";
const text = "\x1b[2JESCAPED [sudo] password:";
const ways = [
  () => Deno.stdout.writeSync(new TextEncoder().encode(text)),
  () => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  () => writeSync(1, text),
  () => writeSync(2, text),
  () => process._rawDebug(text),
  () => Deno[Deno.internal].core.print(text, true),
  () => confirm(text),
  () => alert(text),
];
for (const way of ways) {
  try {
    way();
  } catch {
    // The next one may work.
  }
}
