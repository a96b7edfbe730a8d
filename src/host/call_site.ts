/** Finds the lines of the user's own files in a stack. */

import { fromFileUrl } from "../errors/place.ts";
import type { Place } from "../errors/mod.ts";

const OWN_SOURCES = new URL("../", import.meta.url).href;
const OWN_MAIN = new URL("../../main.ts", import.meta.url).href;
const FRAME_REGEXP = /^\s+at (?:async )?(?:.*? \()?(file:\/\/[^)]+?):(\d+):(\d+)\)?$/;

/** The user's frames of a stack, innermost first. */
export function userFrames(stack: string): Place[] {
  const frames: Place[] = [];
  for (const line of stack.split("\n")) {
    const match = FRAME_REGEXP.exec(line);
    if (match === null) continue;
    const url = match[1]!;
    if (url.startsWith(OWN_SOURCES) || url === OWN_MAIN || url.includes("/node_modules/")) continue;
    frames.push({ file: fromFileUrl(url), line: Number(match[2]), column: Number(match[3]) });
  }
  return frames;
}

/**
 * The line of the user's file that the running code was called from, if there is one.
 * Twenty frames are enough to pass our own and short enough to stay cheap.
 */
export function callSite(): Place | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 20;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callSite);
  Error.stackTraceLimit = limit;
  return userFrames(holder.stack ?? "")[0];
}

/** The innermost line of the user's files that an exception passed through. */
export function placeOf(thrown: unknown): Place | undefined {
  return thrown instanceof Error ? userFrames(thrown.stack ?? "")[0] : undefined;
}
