import { grab, pause } from "../grab.js";
const send = await grab();
const args = {};
args.left = args.right = args;
send({
  type: "event",
  event: { type: "fact.read", host: "@local", fact: "x", args, command: "", cached: false },
});
await pause();
