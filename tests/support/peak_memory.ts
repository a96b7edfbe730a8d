/** Watches how much memory a process needs at its peak (Linux). */

/** A watch; ask it once the process has ended. */
export interface PeakWatch {
  /** Ends the watch; the peak in KiB, 0 where the system does not tell. */
  stop(): number;
}

/** Starts to watch a process. */
export function watchPeak(pid: number): PeakWatch {
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? peak);
    } catch {
      // It has ended, or this system has no /proc.
    }
  }, 25);
  return {
    stop() {
      clearInterval(watch);
      return peak;
    },
  };
}
