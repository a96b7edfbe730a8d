import { batch, grab, pause } from "../grab.js";
const send = await grab();
send({ type: "event", event: { type: "plan.ready", plan: { operations: [] }, seconds: 0, facts: 0 } });
send({ type: "call", id: 1e6, method: "confirm", args: [] });
await pause(300);
send({
  type: "call",
  id: 1e6 + 1,
  method: "run",
  args: ["@local", batch("operations", "touch OUTSIDE/written")],
});
await pause();
