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

/** Frames of a stack to look at: mostly the caller's line is near, and each frame costs. */
const FRAMES = [5, 20] as const;

/**
 * The line of the user's file that the running code was called from, if there is one.
 * Twenty frames are enough to pass our own.
 */
export function callSite(): Place | undefined {
  for (const frames of FRAMES) {
    const [place] = userFrames(stackOf(frames));
    if (place !== undefined) return place;
  }
  return undefined;
}

function stackOf(frames: number): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callSite);
  // Reading it is what writes it, with the limit of that moment.
  const { stack = "" } = holder;
  Error.stackTraceLimit = limit;
  return stack;
}

/** The innermost line of the user's files that an exception passed through. */
export function placeOf(thrown: unknown): Place | undefined {
  return thrown instanceof Error ? userFrames(thrown.stack ?? "")[0] : undefined;
}
