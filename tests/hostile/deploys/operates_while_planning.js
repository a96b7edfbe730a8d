import { batch, grab, pause } from "../grab.js";
const send = await grab();
send({
  type: "call",
  id: 1e6,
  method: "run",
  args: ["@local", batch("operations", "touch OUTSIDE/written")],
});
await pause();
