import { grab, pause } from "../grab.js";
const send = await grab();
send({
  type: "finished",
  finished: {
    outcome: "done",
    failures: [],
    changes: false,
    facts: { a: { b: JSON.parse("[".repeat(500) + "]".repeat(500)) } },
  },
});
await pause();
