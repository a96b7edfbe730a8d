/** The shell texts that write and read files on a host, whole or not at all. */

import { quotePath } from "../command/quote.ts";
import { REACH_SETUP, WRITE_SETUP, writingText } from "../command/writing.ts";
import type { DownloadRequest, UploadRequest } from "./port.ts";
import { enterDirectory, escapeBytes } from "./script.ts";

/** Uploads up to this many bytes travel inside the batch. */
export const INLINE_SIZE = 64 * 1024;

/** Characters that content may take as a part of its command's text. */
const MAX_TEXT = 32 * 1024;

/** What every upload needs to have been defined. */
export const UPLOAD_SETUP = REACH_SETUP + WRITE_SETUP;

/** The content as shell text that writes it, if it is short enough to be one. */
export function contentText(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_TEXT) return undefined;
  const escaped = escapeBytes(bytes, true);
  return escaped.length > MAX_TEXT ? undefined : `printf %b '${new TextDecoder().decode(escaped)}'`;
}

/**
 * Text of an upload; {@linkcode UPLOAD_SETUP} goes before it.
 *
 * @param content What writes the content; without it, it arrives on stdin and has so many bytes.
 */
export function uploadText(request: UploadRequest, size: number, content: string | undefined): string {
  const { dest, user, group, mode, follow, options } = request;
  const what = content === undefined ? { content: "cat", size } : { content };
  return `${enterDirectory(options.chdir)}${
    writingText({ path: dest, user, group, mode, follow, tempDir: options.tempDir, ...what })
  }`;
}

/** Text of a command that writes a file's content to stdout. */
export function downloadText(request: DownloadRequest): string {
  return `${enterDirectory(request.options.chdir)}d=${quotePath(request.src)}
fail(){ echo "drover: $*" >&2;exit 1;}
[ -e "$d" ]||[ -L "$d" ]||fail "$d does not exist"
[ ! -d "$d" ]||fail "$d is a directory"
exec cat "$d"`;
}
