/** One checked parser for each message that comes from a worker. */

import type { PermissionOptions, RememberedFact } from "../host/mod.ts";
import { parseQuestion } from "../host/remembered_fact.ts";
import type { DebugHost } from "../inventory/mod.ts";
import type {
  Batch,
  CommandRequest,
  DownloadRequest,
  GuardRequest,
  HostAddress,
  Privilege,
  Probe,
  Request,
  RunOptions,
  UploadRequest,
} from "../shell/port.ts";
import type { UploadSource } from "../command/step.ts";
import { MOST_QUESTIONS } from "./asked.ts";
import { EVENT, LONG, NAME, OUTCOME, PLACE, PLAN, PROBLEM } from "./event_shapes.ts";
import type {
  AskedHost,
  AskedTable,
  Calls,
  Finished,
  FromConfig,
  FromDeploy,
  Loaded,
  PlainConfig,
  Prepared,
  Warning,
} from "./protocol.ts";
import {
  amount,
  bytes,
  either,
  exactly,
  index,
  json,
  list,
  maybe,
  number,
  object,
  oneOf,
  record,
  type Shape,
  ShapeError,
  tagged,
  text,
  truth,
  tuple,
} from "./shape.ts";
import { checkSize } from "./size.ts";

/** As `sha256sum` and `cksum` write them. */
const DIGEST = text(100);
const MOST_HOSTS = 100_000;

const PRIVILEGE = object<Privilege>({
  doas: maybe(object<NonNullable<Privilege["doas"]>>({ user: maybe(NAME) })),
  dzdo: maybe(object<NonNullable<Privilege["dzdo"]>>({ user: maybe(NAME) })),
  sudo: maybe(object<NonNullable<Privilege["sudo"]>>({
    user: maybe(NAME),
    login: maybe(truth),
    preserveEnv: maybe(truth),
    password: maybe(LONG),
  })),
  su: maybe(object<NonNullable<Privilege["su"]>>({
    user: NAME,
    login: maybe(truth),
    preserveEnv: maybe(truth),
    shell: maybe(LONG),
    password: maybe(LONG),
  })),
});

const RUN_OPTIONS = object<RunOptions>({
  privilege: PRIVILEGE,
  shell: either(LONG, exactly(null)),
  chdir: maybe(LONG),
  env: record(LONG),
  timeout: maybe(amount),
  stdin: maybe(bytes),
  pty: truth,
  successExitCodes: list(number),
  tempDir: maybe(LONG),
});

const SOURCE = tagged<"kind", UploadSource>("kind", {
  file: object<Extract<UploadSource, { kind: "file" }>>({ kind: exactly("file"), path: LONG }),
  bytes: object<Extract<UploadSource, { kind: "bytes" }>>({ kind: exactly("bytes"), bytes }),
});

const PROBE = object<Probe>({ script: LONG, options: RUN_OPTIONS });

const REQUEST = tagged<"kind", Request>("kind", {
  command: object<CommandRequest>({
    kind: exactly("command"),
    script: LONG,
    options: RUN_OPTIONS,
    reads: maybe(truth),
    onStop: maybe(truth),
  }),
  guard: object<GuardRequest>({
    kind: exactly("guard"),
    probes: list(PROBE),
    expected: object<GuardRequest["expected"]>({ sha256: DIGEST, cksum: DIGEST }),
    options: RUN_OPTIONS,
  }),
  upload: object<UploadRequest>({
    kind: exactly("upload"),
    source: SOURCE,
    dest: LONG,
    user: maybe(LONG),
    group: maybe(LONG),
    mode: maybe(LONG),
    follow: maybe(truth),
    options: RUN_OPTIONS,
  }),
  download: object<DownloadRequest>({
    kind: exactly("download"),
    src: LONG,
    dest: LONG,
    createDirectory: maybe(truth),
    size: maybe(index),
    options: RUN_OPTIONS,
  }),
});

const BATCH = object<Batch>({
  id: index,
  lane: oneOf("facts", "operations"),
  requests: list(REQUEST),
  stopOnFailure: truth,
  live: truth,
  boundaries: maybe(list(index)),
});

const ADDRESS = object<HostAddress>({ name: NAME, data: record(either(LONG, either(number, truth))) });

const PREPARED = object<Prepared>({
  addresses: list(ADDRESS, MOST_HOSTS),
  selected: list(NAME, MOST_HOSTS),
  useSudoPassword: truth,
});

const CALLS: { [M in keyof Calls]: Shape<Parameters<Calls[M]>> } = {
  readStdin: tuple(),
  prepare: tuple(PREPARED),
  confirm: tuple(),
  connect: tuple(NAME),
  run: tuple(NAME, BATCH),
  cancel: tuple(NAME, index),
  drain: tuple(NAME, index),
  disconnect: tuple(NAME),
};

/** Its own checks are those of a file that anybody may have written. */
const QUESTION: Shape<RememberedFact> = (value, at) => {
  const question = parseQuestion(json(value, at));
  if (question === undefined) throw new ShapeError(`${at} is not a question`);
  return question;
};

const ASKED_FIELDS = object<AskedTable>({
  questions: list(QUESTION, MOST_QUESTIONS),
  hosts: list(
    object<AskedHost>({
      name: NAME,
      groups: list(NAME),
      asked: list(index, MOST_QUESTIONS),
      complete: truth,
    }),
    MOST_HOSTS,
  ),
});

const ASKED: Shape<AskedTable> = (value, at) => {
  const table = ASKED_FIELDS(value, at);
  const { length } = table.questions;
  if (table.hosts.every(({ asked }) => asked.every((number) => number < length))) return table;
  throw new ShapeError(`${at}.hosts is not of these questions`);
};

const DEBUG_HOST = object<DebugHost>({
  name: NAME,
  groups: list(NAME),
  selected: truth,
  data: record(json),
  sources: record(LONG),
});

const FINISHED = object<Finished>({
  outcome: OUTCOME,
  failures: list(object<Finished["failures"][number]>({
    phase: oneOf("unreachable", "failed"),
    problem: PROBLEM,
  })),
  changes: truth,
  asked: maybe(ASKED),
  plan: maybe(PLAN),
  facts: maybe(record(record<unknown>(json))),
  inventory: maybe(list(DEBUG_HOST)),
  hosts: maybe(list(NAME)),
});

const CALL: Shape<FromDeploy> = (value, at) => {
  const call = object<{ type: "call"; id: number; method: keyof Calls; args: unknown }>({
    type: exactly("call"),
    id: index,
    method: oneOf("readStdin", "prepare", "confirm", "connect", "run", "cancel", "drain", "disconnect"),
    args: (args) => args,
  })(value, at);
  // Each method has its own arguments, and the table above says which.
  return { ...call, args: CALLS[call.method](call.args, call.method) } as FromDeploy;
};

type Message<T extends FromDeploy["type"]> = Extract<FromDeploy, { type: T }>;

const FROM_DEPLOY = tagged<"type", FromDeploy>("type", {
  loaded: object<Message<"loaded">>({ type: exactly("loaded") }),
  interrupted: object<Message<"interrupted">>({ type: exactly("interrupted") }),
  call: CALL as Shape<Message<"call">>,
  event: object<Message<"event">>({ type: exactly("event"), event: EVENT }),
  secret: object<Message<"secret">>({ type: exactly("secret"), value: text(1024 * 1024) }),
  finished: object<Message<"finished">>({ type: exactly("finished"), finished: FINISHED }),
  failed: object<Message<"failed">>({ type: exactly("failed"), problem: PROBLEM }),
});

/**
 * Reads a message of the deploy worker.
 *
 * @throws {ShapeError} If it is none.
 */
export function parseFromDeploy(value: unknown): FromDeploy {
  checkSize(value);
  return FROM_DEPLOY(value, "message");
}

/** Everything of a kind, or a list. */
const REQUESTED = either(truth, list(text(4096), 1000));

const SECRET_TEXT = either(LONG, object<{ secret: string }>({ secret: LONG }));

const CONFIG = object<PlainConfig>({
  failPercent: maybe(amount),
  connectTimeout: maybe(amount),
  factTimeout: maybe(amount),
  maxDownload: maybe(either(amount, NAME)),
  parallel: maybe(amount),
  sshBackend: maybe(oneOf("auto", "openssh", "ssh2")),
  tempDir: maybe(LONG),
  requireDroverVersion: maybe(LONG),
  sudo: maybe(truth),
  sudoUser: maybe(LONG),
  useSudoLogin: maybe(truth),
  useSudoPassword: maybe(truth),
  sudoPassword: maybe(SECRET_TEXT),
  preserveSudoEnv: maybe(truth),
  suUser: maybe(LONG),
  useSuLogin: maybe(truth),
  preserveSuEnv: maybe(truth),
  suShell: maybe(LONG),
  suPassword: maybe(SECRET_TEXT),
  doas: maybe(truth),
  doasUser: maybe(LONG),
  dzdo: maybe(truth),
  dzdoUser: maybe(LONG),
  sudoPerCommand: maybe(truth),
  shell: maybe(either(LONG, exactly(null))),
  env: maybe(record(SECRET_TEXT)),
  inheritEnv: maybe(list(LONG)),
  ignoreErrors: maybe(truth),
  diff: maybe(truth),
  memory: maybe(LONG),
  permissions: maybe(object<PermissionOptions>({
    read: maybe(REQUESTED),
    write: maybe(REQUESTED),
    net: maybe(REQUESTED),
    env: maybe(REQUESTED),
    run: maybe(REQUESTED),
  })),
  retry: maybe(amount),
  retryDelay: maybe(amount),
});

const FROM_CONFIG = tagged<"type", FromConfig>("type", {
  said: object<Extract<FromConfig, { type: "said" }>>({ type: exactly("said"), text: text(65536) }),
  evaluated: object<Extract<FromConfig, { type: "evaluated" }>>({
    type: exactly("evaluated"),
    config: CONFIG,
  }),
  failed: object<Extract<FromConfig, { type: "failed" }>>({ type: exactly("failed"), problem: PROBLEM }),
});

/**
 * Reads the answer of the config worker.
 *
 * @throws {ShapeError} If it is none; the name of the option stands in it.
 */
export function parseFromConfig(value: unknown): FromConfig {
  checkSize(value);
  return FROM_CONFIG(value, "message");
}

const LOADED = object<Loaded>({
  problems: list(PROBLEM),
  files: list(LONG),
  data: list(LONG),
  warnings: list(object<Warning>({ text: LONG, hint: maybe(LONG), place: maybe(PLACE) })),
  hosts: list(NAME),
  groups: list(NAME),
});

/**
 * Reads the answer of the loading worker.
 *
 * @throws {ShapeError} If it is none.
 */
export function parseLoaded(value: unknown): Loaded {
  checkSize(value);
  return LOADED(value, "message");
}
