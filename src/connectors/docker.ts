/** The connectors `@docker` and `@podman`: a container, or a new one that becomes an image at the end. */

import { sh } from "../command/sh.ts";
import type { Farewell, PortError } from "../shell/port.ts";
import {
  type Connector,
  evidence,
  isPortError,
  portError,
  type Process,
  type ProcessEnd,
} from "../shell/process.ts";
import { type Data, text } from "./ssh_config.ts";
import { type Answer, LATE, noShell, ParentShell } from "./wrapper.ts";

/** Seconds for what the program does with containers, and for images that travel or are written. */
const PATIENCE = { container: 60, image: 3600 };

/** A container by its name or ID; of an image, a container of its own is started, and committed at the end. */
export class ContainerConnector implements Connector {
  readonly label: string;
  readonly local = false;
  readonly maxSessions: number;
  readonly #program: "docker" | "podman";
  readonly #parent: Connector;
  readonly #shell: ParentShell;
  readonly #name: string;
  readonly #data: Data;
  #container: string | undefined;
  /** Whether the container is ours, to be saved and removed at the end. */
  #ours = false;
  #changes: string[] = [];

  readonly #seconds: number;

  /** @param seconds For the machine of the container to answer. */
  constructor(program: "docker" | "podman", name: string, data: Data, parent: Connector, seconds: number) {
    this.#program = program;
    this.#name = text(data, "docker_identifier") ?? name;
    this.#data = data;
    this.#parent = parent;
    this.#seconds = seconds;
    this.#shell = new ParentShell(parent, seconds);
    this.label = `${program} ${this.#name}`;
    // One session underneath is ours already.
    this.maxSessions = Math.max(1, parent.maxSessions - 1);
  }

  async connect(): Promise<PortError | undefined> {
    const error = await this.#parent.connect();
    if (error !== undefined) return error;
    if (this.#container !== undefined) return undefined;
    const inspect = await this.#run(
      sh`container inspect -f '{{.Id}} {{.State.Running}}' -- ${this.#name}`.raw,
      this.#seconds,
    );
    if (isPortError(inspect)) return inspect;
    if (inspect.status !== 0) {
      if (!/no such|does not exist|not found/i.test(inspect.stderr) || inspect.status === 127) {
        return this.#failure("look for the container", inspect);
      }
      return await this.#create();
    }
    const [id, running] = inspect.stdout.trim().split(" ");
    if (running !== "true") {
      const started = await this.#run(sh`start ${id}`.raw, PATIENCE.container);
      if (isPortError(started)) return started;
      if (started.status !== 0) return this.#failure("start the container", started);
    }
    this.#container = id;
    return undefined;
  }

  async #create(): Promise<PortError | undefined> {
    const architecture = text(this.#data, "docker_architecture");
    const platform = text(this.#data, "docker_platform") ?? (architecture && `linux/${architecture}`);
    const flags = platform === undefined ? [] : ["--platform", platform];
    const start = await this.#startOf(flags);
    if (isPortError(start)) return start;
    // An entrypoint would be given our command as its arguments, so it is left out and put back at the end.
    const words = start.entrypoint.length > 0
      ? sh`--entrypoint tail ${this.#name} -f /dev/null`
      : sh`${this.#name} tail -f /dev/null`;
    const created = await this.#run(sh`run -d ${flags} ${words}`.raw, PATIENCE.container);
    if (isPortError(created)) return created;
    if (created.status !== 0) return this.#failure("start a container", created);
    this.#container = created.stdout.trim().split("\n").at(-1) ?? "";
    this.#ours = true;
    // What the image starts must not become `tail`, which only keeps our container alive.
    if (start.entrypoint.length > 0) {
      this.#changes.push("--change", `ENTRYPOINT ${JSON.stringify(start.entrypoint)}`);
    }
    if (start.command.length > 0) this.#changes.push("--change", `CMD ${JSON.stringify(start.command)}`);
    return undefined;
  }

  /** What the image starts by itself. Fetches the image if it is not there. */
  async #startOf(flags: string[]): Promise<{ entrypoint: string[]; command: string[] } | PortError> {
    const format = '{"entrypoint":{{json .Config.Entrypoint}},"command":{{json .Config.Cmd}}}';
    const inspect = sh`image inspect -f ${format} ${this.#name}`.raw;
    let answer = await this.#run(inspect, this.#seconds);
    if (!isPortError(answer) && answer.status !== 0) {
      const pulled = await this.#run(sh`pull ${flags} ${this.#name}`.raw, PATIENCE.image);
      if (isPortError(pulled)) return pulled;
      if (pulled.status !== 0) return this.#failure("fetch the image", pulled, "IMAGE");
      answer = await this.#run(inspect, this.#seconds);
    }
    if (isPortError(answer)) return answer;
    try {
      const { entrypoint, command } = JSON.parse(answer.stdout);
      return { entrypoint: entrypoint ?? [], command: command ?? [] };
    } catch {
      return { entrypoint: [], command: [] };
    }
  }

  async spawn(argv: readonly string[]): Promise<Process> {
    if (this.#container === undefined) {
      const error = await this.connect();
      if (error !== undefined) throw error;
    }
    return await this.#parent.spawn([this.#program, "exec", "-i", this.#container ?? "", ...argv]);
  }

  async explain(end: ProcessEnd): Promise<PortError> {
    const detail = evidence(end.stderr);
    if (end.waited !== undefined) return noShell(this.label, end.waited, detail);
    if (/executable file not found|no such file or directory/i.test(detail)) {
      return portError(
        "E_CONTAINER_SHELL",
        `There is no 'sh' in ${this.label}`,
        "Drover needs a POSIX shell in the container; use an image that has one",
        detail,
      );
    }
    if (/is not running|no such container/i.test(detail)) {
      return portError(
        "E_CONTAINER_STOPPED",
        `The container of ${this.label} has stopped`,
        undefined,
        detail,
      );
    }
    if (this.#parent.local) {
      const what = end.answered ? "ended" : "did not answer";
      return portError("E_CONTAINER", `The shell in ${this.label} ${what}`, undefined, detail);
    }
    return await this.#parent.explain(end);
  }

  abort(): void {
    this.#parent.abort();
  }

  async close(): Promise<Farewell> {
    const notices = this.#ours ? await this.#save() : [];
    await this.#shell.close();
    const farewell = await this.#parent.close();
    return { notices: [...notices, ...farewell.notices] };
  }

  async #save(): Promise<string[]> {
    const id = this.#container;
    this.#container = undefined;
    this.#ours = false;
    const saved = await this.#run(sh`commit ${this.#changes} ${id}`.raw, PATIENCE.image);
    if (isPortError(saved) || saved.status !== 0) {
      const why = isPortError(saved) ? saved.message : evidence(saved.stderr, 1);
      return [`${this.label}: could not save the container ${id}, which is left running: ${why}`];
    }
    await this.#run(sh`rm -f ${id}`.raw, PATIENCE.container);
    const image = saved.stdout.trim().split("\n").at(-1)?.replace(/^sha256:/, "") ?? "";
    return [`${this.label}: saved as image ${image.slice(0, 12)}`];
  }

  async #run(words: string, seconds: number): Promise<Answer | PortError> {
    const answer = await this.#shell.run(`${this.#program} ${words}`, seconds);
    if (!isPortError(answer) || answer.code !== LATE) return answer;
    return portError(
      `E_${this.#program.toUpperCase()}_TIMEOUT`,
      `${this.#program} on ${this.#parent.label} did not answer within ${seconds} seconds`,
      `Try \`${this.#program} ps\` there by hand: its daemon may hang, or the machine is overloaded`,
      answer.detail,
    );
  }

  #failure(what: string, answer: Answer, otherwise?: "IMAGE"): PortError {
    const detail = evidence(answer.stderr);
    const on = this.#parent.label;
    const name = this.#program.toUpperCase();
    if (answer.status === 127 && /not found/.test(detail)) {
      return portError(
        `E_${name}_MISSING`,
        `${this.#program} is not installed on ${on}`,
        `Install ${this.#program}`,
        detail,
      );
    }
    if (/cannot connect to the docker daemon|is the docker daemon running|connection refused/i.test(detail)) {
      return portError(
        `E_${name}_DAEMON`,
        `The Docker daemon does not run on ${on}`,
        "Start it, or check DOCKER_HOST",
        detail,
      );
    }
    if (/permission denied/i.test(detail)) {
      const hint = "Add the user to the group 'docker', or connect as root";
      return portError(`E_${name}_DENIED`, `The user may not use ${this.#program} on ${on}`, hint, detail);
    }
    const missing =
      /unable to find image|pull access denied|manifest unknown|no such image|initializing source/i;
    if (otherwise === "IMAGE" || missing.test(detail)) {
      return portError(
        `E_${name}_IMAGE`,
        `There is neither a container nor an image '${this.#name}' on ${on}, and it could not be fetched`,
        `Check the name with \`${this.#program} images\` and \`${this.#program} ps -a\``,
        detail,
      );
    }
    return portError(
      `E_${name}`,
      `${this.#program} on ${on} could not ${what} '${this.#name}'`,
      undefined,
      detail,
    );
  }
}
