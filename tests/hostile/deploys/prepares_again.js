import { batch, grab, pause } from "../grab.js";
const send = await grab();
const addresses = [{ name: "@chroot//", data: {} }];
send({
  type: "call",
  id: 1e6,
  method: "prepare",
  args: [{ addresses, selected: ["@chroot//"] }],
});
send({ type: "call", id: 1e6 + 1, method: "connect", args: ["@chroot//"] });
await pause(500);
send({
  type: "call",
  id: 1e6 + 2,
  method: "run",
  args: ["@chroot//", batch("facts", "touch OUTSIDE/written")],
});
await pause();
