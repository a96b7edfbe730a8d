import process, { kill } from "node:process";
const ways = [
  () => Deno.kill(Deno.pid, "SIGKILL"),
  () => process.kill(process.pid, "SIGKILL"),
  () => kill(process.pid, "SIGKILL"),
  () => process._kill(process.pid, 9),
];
let refused = 0;
for (const way of ways) {
  try {
    way();
  } catch {
    refused++;
  }
}
throw new Error(`refused ${refused} of ${ways.length}`);
