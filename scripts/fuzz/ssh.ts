/** A hostile SSH server against the bundled client, and now and then against OpenSSH. */

import { createPort } from "../../src/connectors/mod.ts";
import { LOGIN_PATIENCE } from "../../src/connectors/ssh_login.ts";
import type { Batch, RunOptions } from "../../src/shell/port.ts";
import type { Campaign, CampaignRuns } from "./campaign.ts";
import { Random } from "./random.ts";

/** Seconds that a run may take: reaching, logging in, greeting, one command with its timeout, leaving. */
const MOST_SECONDS = 1 + LOGIN_PATIENCE + 16 + 20;
const OPTIONS: RunOptions = {
  ...{ privilege: {}, shell: null, env: {}, pty: false, successExitCodes: [0] },
  timeout: 2,
};

export const SSH: Campaign = { begin };

async function begin(): Promise<CampaignRuns> {
  const directory = await Deno.makeTempDir({ prefix: "drover-fuzz-" });
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", new URL("./ssh_server.ts", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = server.stdin.getWriter();
  const waiting = new Map<number, (port: number) => void>();
  const reading = (async () => {
    for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
      for (const line of text.split("\n").filter(Boolean)) {
        const [seed, port] = line.split(" ").map(Number) as [number, number];
        waiting.get(seed)?.(port);
        waiting.delete(seed);
      }
    }
  })();
  return {
    async run(seed) {
      const port = await new Promise<number>((resolve) => {
        waiting.set(seed, resolve);
        void writer.write(new TextEncoder().encode(`${seed}\n`));
      });
      return await visit(port, new Random(~seed), `${directory}/known_hosts-${seed}`);
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await server.status;
      await reading;
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Connects, runs a command and leaves. */
async function visit(ssh_port: number, random: Random, known: string): Promise<string | undefined> {
  const started = performance.now();
  const backend = random.chance(0.05) ? "openssh" : "ssh2";
  const port = createPort({ connectTimeout: 1, sudoPerCommand: false, sshBackend: backend });
  const data = {
    ...{ ssh_hostname: "127.0.0.1", ssh_port, ssh_user: "nobody", ssh_allow_agent: false },
    ...{ ssh_known_hosts_file: known, ssh_password: "a password" },
  };
  const error = await port.connect({ name: "hostile", data });
  if (error !== undefined && (error.message === "" || error.code === "")) return "an error without a message";
  const batch: Batch = {
    ...{ id: 1, lane: "operations", stopOnFailure: true, live: false },
    requests: [
      { kind: "command", script: "echo", options: OPTIONS },
      {
        kind: "upload",
        source: { kind: "bytes", bytes: new Uint8Array(300_000) },
        dest: "/there",
        options: OPTIONS,
      },
    ],
  };
  const results = error === undefined ? await port.run("hostile", batch) : [];
  await port.close();
  const seconds = (performance.now() - started) / 1000;
  if (seconds > MOST_SECONDS) return `${backend}: it took ${seconds.toFixed()} s`;
  const unclear = results.find(({ outcome, error }) =>
    !["success", "failure", "skipped"].includes(outcome) && (error?.message ?? "") === ""
  );
  return unclear && `${backend}: ${unclear.outcome} without a reason`;
}
