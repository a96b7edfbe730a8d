import { grab, pause } from "../grab.js";
const send = await grab();
// A few hundred references, and more values than anybody can count.
let value = "x";
for (let depth = 60; depth > 0; depth--) value = [value, value, value];
send({
  type: "event",
  event: { type: "fact.read", host: "@local", fact: "x", args: { value }, command: "", cached: false },
});
await pause();
