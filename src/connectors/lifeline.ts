/** Ends what was started on this machine when Drover cannot do so itself: it was killed. */

import { minimalEnvironment } from "./environment.ts";
import { spawnHere } from "./local.ts";

/**
 * Waits at a pipe that ends with Drover, however that ends, and then kills the processes that it was told of
 * (`+ PID`) and of whose end it was not (`- PID`), with all that runs below them.
 *
 * A number may have gone to another process meanwhile: `k` keeps each with the time of its start. Where there is no
 * /proc to tell that, only a process without a parent is one that Drover has left.
 */
const SCRIPT = `trap '' HUP INT TERM
look(){ x=;[ ! -r "/proc/$1/stat" ]||read -r x <"/proc/$1/stat";set -- \${x##*) };t=\${20-};r=\${2-}; } 2>/dev/null
k=' '
while read -r o p;do
case $o in
+)look "$p";k="$k$p:$t ";;
-)case $k in *" $p:"*)a=\${k#*" $p:"};k="\${k%%" $p:"*} \${a#* }";;esac;;
esac
done
[ "$k" != ' ' ]||exit 0
if [ -e /proc/self/stat ];then l=$(for f in /proc/[0-9]*;do look "\${f#/proc/}";echo "\${f#/proc/}:$r";done)
else l=$(ps -A -o pid= -o ppid=|while read -r p r;do echo "$p:$r";done);fi
l=" $(echo $l) "
d=' '
for f in $k;do
p=\${f%%:*};look "$p"
[ "$p:$t" = "$f" ]||continue
[ -n "$t" ]||case $l in *" $p:1 "*);;*)continue;;esac
d="$d$p "
done
n=
while [ "$n" != "$d" ];do
n=$d
for f in $l;do case $d in *" \${f%%:*} "*);;*" \${f#*:} "*)d="$d\${f%%:*} ";;esac;done
done
[ "$d" != ' ' ]||exit 0
kill -TERM $d
i=0
while [ $i -lt 20 ];do
a=;for p in $d;do ! kill -0 "$p"||a=1;done
[ -n "$a" ]||exit 0
sleep 0.1||{ sleep 1;i=$((i+9));};i=$((i+1))
done
kill -KILL $d
`;

/** Starts a program of this machine. */
export type Spawn = typeof spawnHere;

/** Starts the programs of a run, which do not outlive this process by more than a moment. */
export class Lifeline {
  #guard: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #closed = false;

  /** Starts a program in a process group of its own, as {@linkcode spawnHere} does. */
  readonly spawn: Spawn = (argv, env) => {
    // It stands before there is anything to end.
    this.#begin();
    const child = spawnHere(argv, env);
    this.#tell(`+ ${child.pid}\n`);
    void child.status.then(() => this.#tell(`- ${child.pid}\n`));
    return child;
  };

  /** Ends what was started and still runs. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writer?.close().catch(() => {});
    await this.#guard?.status;
  }

  #begin(): void {
    if (this.#guard !== undefined || this.#closed) return;
    try {
      this.#guard = startGuard();
      this.#writer = this.#guard.stdin.getWriter();
    } catch {
      // Where no shell may be started here, programs end with this process only if it ends them itself.
      this.#closed = true;
    }
  }

  #tell(line: string): void {
    this.#writer?.write(new TextEncoder().encode(line)).catch(() => {});
  }
}

function startGuard(): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", SCRIPT, "drover-lifeline"],
    clearEnv: true,
    env: minimalEnvironment(),
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
}
