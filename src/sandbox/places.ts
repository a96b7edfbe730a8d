/** Places in files that problems and warnings name: only of files that the deploy may read itself. */

import type { Problem, RunEvent } from "../engine/events.ts";
import type { Place } from "../errors/mod.ts";
import { covers, type Grant } from "./grants.ts";

/**
 * A report shows the line of a place. A place that the deploy's thread made up would have the main thread read
 * any file, and print a line of it.
 */
export function ownPlaces(problem: Problem, grants: readonly Grant[]): Problem {
  const { place, frames, ...rest } = problem;
  const own = frames?.filter((frame) => isReadable(frame, grants));
  return {
    ...rest,
    ...(place !== undefined && isReadable(place, grants) ? { place } : {}),
    ...(own === undefined ? {} : { frames: own }),
  };
}

/** The event, with no place that its teller may not read. */
export function withOwnPlaces(event: RunEvent, grants: readonly Grant[]): RunEvent {
  if (event.type === "warning" && event.place !== undefined && !isReadable(event.place, grants)) {
    const { place: _, ...rest } = event;
    return rest;
  }
  if (event.type === "run.finished") {
    return { ...event, problems: event.problems.map((problem) => ownPlaces(problem, grants)) };
  }
  if (!("problem" in event) || event.problem === undefined) return event;
  return { ...event, problem: ownPlaces(event.problem, grants) };
}

function isReadable({ file }: Place, grants: readonly Grant[]): boolean {
  try {
    return Deno.statSync(file).isFile && covers(grants, "read", Deno.realPathSync(file));
  } catch {
    return false;
  }
}
