/** What an operation yields: shell commands, file transfers and calls of the deploy's own functions. */

import { resolveBytes, resolveSecrets } from "./resolve.ts";
import type { ShellCommand } from "./sh.ts";
import type { Secret } from "./secret.ts";

/** Where the bytes of an upload come from. */
export type UploadSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** A file to write on the host, whole or not at all. */
export class Upload {
  /** Where the bytes come from. */
  readonly source: UploadSource;
  /** Absolute path of the file on the host (`~` is the home directory of the user who writes). */
  readonly dest: string;
  /** Owner that the file has from its first moment. */
  readonly user: string | undefined;
  /** Group that the file has from its first moment. */
  readonly group: string | undefined;
  /** Mode that the file has from its first moment, in octal digits: `"644"`. */
  readonly mode: string | undefined;
  /** Whether it goes through symbolic links that other users may change. */
  readonly follow: boolean;
  /** Whether plans and logs may show the content. */
  readonly secret: boolean;

  /** Use {@linkcode upload}. */
  constructor(options: UploadOptions) {
    this.source = resolveSource(options.source);
    this.dest = resolveSecrets(options.dest);
    this.user = options.user === undefined ? undefined : resolveSecrets(options.user);
    this.group = options.group === undefined ? undefined : resolveSecrets(options.group);
    this.mode = options.mode;
    this.follow = options.follow ?? false;
    this.secret = options.secret ?? false;
  }

  /** What plans show. */
  toString(): string {
    const what = this.source.kind === "file" ? this.source.path : `${this.source.bytes.length} bytes`;
    const owner = [this.user, this.group].filter((part) => part !== undefined).join(":");
    const detail = [owner && `owner ${owner}`, this.mode && `mode ${this.mode}`].filter(Boolean).join(", ");
    return `upload ${what} to ${this.dest}${detail && ` (${detail})`}`;
  }
}

function resolveSource(source: UploadSource): UploadSource {
  return source.kind === "file"
    ? { kind: "file", path: resolveSecrets(source.path) }
    : { kind: "bytes", bytes: resolveBytes(source.bytes) };
}

/** Options of an {@linkcode Upload}. */
export interface UploadOptions {
  /** Where the bytes come from. */
  source: UploadSource;
  /** Absolute path of the file on the host. */
  dest: string;
  /** Owner. Default: the user who writes, or the present owner. */
  user?: string | undefined;
  /** Group. Default: that of the user who writes, or the present group. */
  group?: string | undefined;
  /** Mode in octal digits, `"644"`. Default: the present mode, or what the host gives new files. */
  mode?: string | undefined;
  /** Goes through symbolic links that other users may change, instead of refusing them. Default: `false`. */
  follow?: boolean | undefined;
  /** Whether plans and logs must not show the content. Default: `false`. */
  secret?: boolean;
}

/** A file to fetch from the host. The local file is replaced in one step. */
export class Download {
  /** Path of the file on the host. */
  readonly src: string;
  /** Absolute local path. */
  readonly dest: string;

  /** Use {@linkcode download}. */
  constructor(
    src: string,
    dest: string,
    /** Whether to make the local directory where it is missing. */
    readonly createDirectory: boolean = false,
    /** Bytes that the host has announced: it has to send so many, and no more. */
    readonly size?: number,
  ) {
    this.src = resolveSecrets(src);
    this.dest = resolveSecrets(dest);
  }

  /** What plans show. */
  toString(): string {
    return `download ${this.src} to ${this.dest}`;
  }
}

/** A function of the deploy that runs when its turn comes. */
export class FunctionCall {
  /** A call of a function. */
  constructor(
    /** What to call. A result of `false` or an exception fails the operation. */
    readonly run: () => unknown,
    /** How plans name it. */
    readonly label: string,
  ) {}

  /** What plans show. */
  toString(): string {
    return `call ${this.label}`;
  }
}

/** Connector arguments that differ for one step of an operation. */
export interface StepOptions {
  /** Runs with sudo. */
  sudo?: boolean;
  /** User that sudo switches to. */
  sudoUser?: string;
  /** Switches to this user with su. */
  suUser?: string;
  /** Directory on the host to run in. */
  chdir?: string;
  /** Environment variables, added to those of the operation. */
  env?: Record<string, string | Secret>;
  /** Seconds. */
  timeout?: number;
  /** Standard input; without it, it is empty. */
  stdin?: string | Uint8Array;
  /** Shell that reads the command; `null` for the session's own. */
  shellExecutable?: string | null;
  /** Exit statuses that count as success. */
  successExitCodes?: readonly number[];
}

/** A step with connector arguments of its own. */
export class StepWithOptions {
  /** Use {@linkcode withOptions}. */
  constructor(
    /** What is done. */
    readonly step: ShellCommand | Upload | Download,
    /** What differs for it. */
    readonly options: StepOptions,
  ) {}

  /** What plans show. */
  toString(): string {
    return String(this.step);
  }
}

/** Gives one step of an operation its own connector arguments. */
export function withOptions(step: ShellCommand | Upload | Download, options: StepOptions): StepWithOptions {
  return new StepWithOptions(step, options);
}

/** Anything that an operation may yield. Plain strings are shell text, as written by the deploy's author. */
export type Step = ShellCommand | Upload | Download | FunctionCall | StepWithOptions | string;

/** A file to write on the host from a local path or from text or bytes. */
export function upload(
  source: { path: string } | { content: string | Uint8Array },
  dest: string,
  options: {
    user?: string | undefined;
    group?: string | undefined;
    mode?: string | undefined;
    follow?: boolean | undefined;
    secret?: boolean;
  } = {},
): Upload {
  if ("path" in source) return new Upload({ source: { kind: "file", path: source.path }, dest, ...options });
  const bytes = typeof source.content === "string"
    ? new TextEncoder().encode(source.content)
    : source.content;
  return new Upload({ source: { kind: "bytes", bytes }, dest, ...options });
}

/**
 * A file to fetch from the host to an absolute local path. With `size`, which a fact has told, exactly so many
 * bytes have to come: a host that sends more or fewer fails it, and nothing is written.
 */
export function download(
  src: string,
  dest: string,
  options: { createDirectory?: boolean; size?: number | undefined } = {},
): Download {
  return new Download(src, dest, options.createDirectory, options.size);
}
