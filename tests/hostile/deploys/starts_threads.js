import { Worker as NodeWorker } from "node:worker_threads";
const code = 'require("node:fs").writeSync(2, "ESCAPED\\n")';
const web = 'Deno.stderr.writeSync(new TextEncoder().encode("ESCAPED\\n"))';
const ways = [
  () => new NodeWorker(code, { eval: true }),
  () => new Worker(`data:text/javascript,${encodeURIComponent(web)}`, { type: "module" }),
  () =>
    Reflect.construct(
      Worker,
      [`data:text/javascript,${encodeURIComponent(web)}`, { type: "module" }],
      Object,
    ),
  () => Object.setPrototypeOf(Worker, EventTarget),
];
let refused = 0;
for (const way of ways) {
  try {
    way();
  } catch {
    refused++;
  }
}
await new Promise((resolve) => setTimeout(resolve, 1000));
throw new Error(`refused ${refused} of ${ways.length}`);
