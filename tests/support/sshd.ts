/** A real sshd on a loopback port, with users of its own, for tests. */

import { join } from "node:path";

/** A user that exists while the server runs. */
export interface TestUser {
  name: string;
  home: string;
  password: string;
}

/** How a {@linkcode startSshd} server is set up. */
export interface SshdOptions {
  /** Login shells; one user is created for each. */
  shells?: string[];
  /** Further lines of sshd_config. */
  config?: string[];
  address?: string;
}

/** A running server. */
export interface Sshd extends AsyncDisposable {
  port: number;
  address: string;
  /** One for each shell, in order. */
  users: TestUser[];
  /** Private key that every user accepts. */
  key: string;
  /** Private key that nobody accepts. */
  wrongKey: string;
  /** A known_hosts file of its own. */
  knownHosts: string;
  directory: string;
  /** Connector data for a user. */
  data(user?: TestUser): Record<string, string | number | boolean>;
  /** Gives the server another host key. */
  changeHostKey(): Promise<void>;
  /** Stops accepting connections, and ends those that stand. */
  stop(): Promise<void>;
  /** Sends a signal to the server and to all that it has started for connections. Always true. */
  signal(signal: "STOP" | "CONT"): Promise<boolean>;
}

/** Runs a program and insists on its success. */
export async function must(program: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(program, { args, stdin: "null" }).output();
  const text = new TextDecoder().decode(output.stdout);
  if (output.success) return text;
  throw new Error(`${program} ${args.join(" ")} failed: ${new TextDecoder().decode(output.stderr)}`);
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Creates a user with a password and a home directory. Names are unique, so that tests run side by side. */
export async function addUser(shell = "/bin/sh"): Promise<TestUser> {
  const name = `dt${Math.random().toString(36).slice(2, 10)}`;
  const home = `/home/${name}`;
  const password = `pw-${crypto.randomUUID().slice(0, 13)}`;
  await retry(() => must("useradd", "-m", "-d", home, "-s", shell, name));
  await retry(() => setPassword(name, password));
  return { name, home, password };
}

/** Removes a user, what runs as it and its home directory. */
export async function removeUser({ name, home }: TestUser): Promise<void> {
  await new Deno.Command("sh", {
    args: ["-c", `for p in $(ps -u ${name} -o pid= 2>/dev/null);do kill -9 $p 2>/dev/null;done`],
  }).output();
  await retry(() => must("userdel", name)).catch(() => {});
  await Deno.remove(home, { recursive: true }).catch(() => {});
}

async function setPassword(name: string, password: string): Promise<void> {
  const child = new Deno.Command("chpasswd", { stdin: "piped", stdout: "null", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${name}:${password}\n`));
  await writer.close();
  const { success } = await child.output();
  if (!success) throw new Error(`chpasswd failed for ${name}`);
}

/** The user database has one lock, and other tests use it too. */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0;; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries > 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 200));
    }
  }
}

/** Starts a server. Dispose of it with `await using`. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = await Deno.makeTempDir({ prefix: "drover-sshd-" });
  await Deno.chmod(directory, 0o755);
  const at = (name: string): string => join(directory, name);
  for (const name of ["host_key", "key", "wrong_key"]) {
    await must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "drover-test", "-f", at(name));
  }
  await Deno.mkdir("/run/sshd", { recursive: true });
  await Deno.copyFile(at("key.pub"), at("authorized_keys"));
  await Deno.chmod(at("authorized_keys"), 0o644);
  const users: TestUser[] = [];
  for (const shell of options.shells ?? ["/bin/sh"]) users.push(await addUser(shell));
  const port = freePort();
  const address = options.address ?? "127.0.0.1";
  const lines = [
    ...(options.config ?? []),
    `ListenAddress 0.0.0.0:${port}`,
    `HostKey ${at("host_key")}`,
    `PidFile ${at("pid")}`,
    `AuthorizedKeysFile ${at("authorized_keys")}`,
    "UsePAM no",
    "UseDNS no",
    "StrictModes no",
    "PermitRootLogin yes",
    // Of several, sshd takes the last.
    options.config?.find((line) => line.startsWith("MaxStartups")) ?? "MaxStartups 2000:30:4000",
    "MaxSessions 10",
    "LogLevel ERROR",
  ];
  await Deno.writeTextFile(at("config"), lines.join("\n") + "\n");
  let child = await launch(at("config"), port);
  const stop = async (): Promise<void> => {
    // Sessions are children of the server: they must go too.
    await new Deno.Command("pkill", {
      args: ["-KILL", "-P", String(child.pid)],
      stdout: "null",
      stderr: "null",
    })
      .output().catch(() => {});
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await child.status;
  };
  return {
    port,
    address,
    users,
    key: at("key"),
    wrongKey: at("wrong_key"),
    knownHosts: at("known_hosts"),
    directory,
    data: (user = users[0]!) => ({
      ssh_hostname: address,
      ssh_port: port,
      ssh_user: user.name,
      ssh_key: at("key"),
      ssh_known_hosts_file: at("known_hosts"),
      ssh_allow_agent: false,
    }),
    changeHostKey: async () => {
      await stop();
      await Deno.remove(at("host_key"));
      await Deno.remove(at("host_key.pub"));
      await must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("host_key"));
      child = await launch(at("config"), port);
    },
    stop,
    signal: async (signal) => {
      for (const pid of [child.pid, ...await below(child.pid, /^sshd/)]) {
        await must("sh", "-c", `kill -${signal} ${pid}`);
      }
      return true;
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      for (const user of users) await removeUser(user);
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Numbers of the processes below one whose names match. */
async function below(pid: number, name: RegExp): Promise<number[]> {
  const lines = (await must("ps", "-A", "-o", "pid=,ppid=,comm=")).trim().split("\n").map((line) =>
    line.trim().split(/\s+/)
  );
  const children = lines.filter(([, parent]) => Number(parent) === pid);
  const found = await Promise.all(children.map(([child]) => below(Number(child), name)));
  return [
    ...children.filter(([, , comm]) => name.test(comm!)).map(([child]) => Number(child)),
    ...found.flat(),
  ];
}

async function launch(config: string, port: number): Promise<Deno.ChildProcess> {
  const child = new Deno.Command("/usr/sbin/sshd", {
    args: ["-D", "-e", "-f", config],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    clearEnv: true,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  }).spawn();
  for (let tries = 0; tries < 200; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return child;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error("sshd did not start");
}
