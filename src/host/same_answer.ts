/** Whether a host answers as it did when a plan was made. */

import { Buffer } from "node:buffer";
import type { RequestResult } from "../shell/port.ts";
import { sharedOf, toBinary } from "./bundle.ts";
import type { Reading } from "./read_set.ts";

/** Whether a plan that rests on a reading would be the same with another answer to its question. */
export function isSameAnswer({ question, answer, whole }: Reading, other: RequestResult): boolean {
  if (answer === undefined || answer.droppedBytes > 0 || other.droppedBytes > 0) return false;
  if (answer.outcome !== other.outcome || answer.exitStatus !== other.exitStatus) return false;
  const shared = whole ? undefined : sharedOf(question);
  if (shared?.lasting === undefined) return Buffer.compare(answer.stdout, other.stdout) === 0;
  const [before, now] = [answer, other].map(({ stdout }) => shared.lasting!(toBinary(stdout), question.args));
  return before === now;
}
