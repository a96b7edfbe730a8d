import { grab, pause } from "../grab.js";
const send = await grab();
const summary = {
  host: "@local",
  changed: 0,
  unchanged: 1,
  skipped: 0,
  failed: 0,
  ignored: 0,
  left: 0,
  seconds: 0,
  state: "done",
};
send({
  type: "event",
  event: { type: "run.finished", outcome: "interrupted", hosts: [summary], problems: [], seconds: 0 },
});
send({ type: "finished", finished: { outcome: "interrupted", failures: [], changes: false } });
await pause();
