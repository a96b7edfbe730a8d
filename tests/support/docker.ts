/** A Docker engine of the test's own, with an image that holds nothing but BusyBox. */

import { join } from "node:path";
import { must } from "./sshd.ts";

/** A running engine. */
export interface Dockerd extends AsyncDisposable {
  /** Value for DOCKER_HOST. */
  host: string;
  /** Name of the image. */
  image: string;
  /** Runs the docker program against this engine. */
  docker(...args: string[]): Promise<string>;
}

/** Starts an engine as `lab.md` describes. Dispose of it with `await using`. */
export async function startDockerd(): Promise<Dockerd> {
  const directory = await Deno.makeTempDir({ prefix: "drover-docker-" });
  const at = (name: string): string => join(directory, name);
  const host = `unix://${at("sock")}`;
  const log = await Deno.open(at("log"), { write: true, create: true });
  const child = new Deno.Command("/usr/sbin/dockerd", {
    args: [
      ...["--storage-driver=vfs", "--iptables=false", "--ip6tables=false", "--bridge=none"],
      ...["--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("pid"), "-H", host],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  log.close();
  const docker = (...args: string[]): Promise<string> => must("docker", "-H", host, ...args);
  try {
    await ready(docker);
    const root = at("root");
    await Deno.mkdir(join(root, "bin"), { recursive: true });
    for (const name of ["etc", "tmp", "root", "usr", "var", "proc"]) await Deno.mkdir(join(root, name));
    await Deno.copyFile("/usr/bin/busybox", join(root, "bin/busybox"));
    for (const applet of (await must("busybox", "--list")).split("\n")) {
      if (applet !== "" && applet !== "busybox") await Deno.symlink("busybox", join(root, "bin", applet));
    }
    await Deno.writeTextFile(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    await Deno.writeTextFile(join(root, "etc/group"), "root:x:0:\n");
    await must("tar", "-C", root, "-cf", at("root.tar"), ".");
    await docker("import", at("root.tar"), "drover-test:busybox");
  } catch (error) {
    child.kill("SIGKILL");
    await child.status;
    throw error;
  }
  return {
    host,
    image: "drover-test:busybox",
    docker,
    [Symbol.asyncDispose]: async () => {
      const ids = (await docker("ps", "-aq")).split("\n").filter((id) => id !== "");
      if (ids.length > 0) await docker("rm", "-f", ...ids).catch(() => {});
      child.kill("SIGTERM");
      await child.status;
      await must("sh", "-c", `grep -o "${directory}[^ ]*" /proc/mounts | sort -r | xargs -r umount -l`).catch(
        () => {},
      );
      await Deno.remove(directory, { recursive: true });
    },
  };
}

async function ready(docker: (...args: string[]) => Promise<string>): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      await docker("version");
      return;
    } catch (error) {
      if (tries > 150) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
