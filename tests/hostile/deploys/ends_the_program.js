import process, { exit } from "node:process";
const ways = [
  () => Deno.exit(0),
  () => process.exit(0),
  () => exit(0),
  () => process.reallyExit(0),
  () => process.abort(),
  () => close(),
  () => self.close(),
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
