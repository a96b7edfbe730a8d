/** The report for machines: a line of JSON for each event. */

import type { RunEvent } from "../engine/events.ts";
import type { TextSink } from "../terminal/mod.ts";
import { eventMessage } from "./event_message.ts";
import type { Report } from "./report.ts";

/** Version of the stream: the first number changes when something is taken away, the second when it is added. */
const SCHEMA = "1.0";

/** How a run is reported to machines. */
export interface JsonReportOptions {
  /** Where the lines go: standard output or a file. */
  sink: TextSink;
  /** Drover's version. */
  version: string;
  /** Names the run. */
  run: string;
  /** Writes what hosts print (`command.output`). Default: no. */
  output?: boolean;
  /** Default: the time of day. */
  now?: () => Date;
}

/**
 * Newline-delimited JSON: each line has `type`, `time`, `message` and the event's own fields; the first one
 * has `schema`, `drover` and `run` too. Readers ignore keys that they do not know and show the message of
 * types that they do not know.
 */
export function createJsonReport(options: JsonReportOptions): Report {
  const { sink, version, run, output = false, now = () => new Date() } = options;
  return {
    handle(event: RunEvent) {
      if (event.type === "command.output" && !output) return;
      const { type, ...fields } = event;
      const head = type === "run.started" ? { schema: SCHEMA, drover: version, run } : {};
      const line = { type, ...head, time: now().toISOString(), message: eventMessage(event), ...fields };
      sink.write(`${JSON.stringify(line)}\n`);
    },
    close() {},
  };
}
