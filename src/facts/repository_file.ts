/** `.repo` files of dnf, yum and zypper: sections of options, read so that all else in them can be kept. */

/** An option of a section, and the lines on which it stands. */
export interface RepositoryOption {
  name: string;
  /** Further lines of it are joined by line breaks. */
  value: string;
  /** The index of its first line. */
  start: number;
  /** The index behind its last line. */
  end: number;
}

/** A section: one repository, or `main`. */
export interface RepositorySection {
  id: string;
  options: RepositoryOption[];
  /** The index behind the line of its name. */
  start: number;
}

const SECTION_REGEXP = /^\s*\[([^\]]+)\]/;
const OPTION_REGEXP = /^([^\s=:#;[][^=:]*?)\s*[=:]\s*(.*?)\s*$/;

/** Reads the lines of a file. Comments, and lines that mean nothing, belong to nothing. */
export function parseRepositoryFile(lines: readonly string[]): RepositorySection[] {
  const sections: RepositorySection[] = [];
  let open: RepositoryOption | undefined;
  for (const [index, line] of lines.entries()) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const section = sections.at(-1);
    const id = SECTION_REGEXP.exec(line)?.[1];
    const [, name, value = ""] = OPTION_REGEXP.exec(line) ?? [];
    if (id !== undefined) {
      sections.push({ id, options: [], start: index + 1 });
      open = undefined;
    } else if (name !== undefined && section !== undefined) {
      open = { name, value, start: index, end: index + 1 };
      section.options.push(open);
    } else if (open !== undefined && /^\s/.test(line)) {
      open.value = [open.value, line.trim()].filter(Boolean).join("\n");
      open.end = index + 1;
    }
  }
  return sections;
}

/**
 * The lines with a section that has just these options of those that are named: `undefined` is for one that it must
 * not have. Its other options, other sections and comments stay as they are.
 */
export function withSection(
  lines: readonly string[],
  id: string,
  wanted: Readonly<Record<string, string | undefined>>,
): string[] {
  const entries = Object.entries(wanted);
  const spelled = (name: string) => wanted[name] === undefined ? [] : [`${name}=${wanted[name]}`];
  const section = parseRepositoryFile(lines).find((one) => one.id === id);
  if (section === undefined) {
    const gap = lines.length > 0 && lines.at(-1) !== "" ? [""] : [];
    return [...lines, ...gap, `[${id}]`, ...entries.flatMap(([name]) => spelled(name))];
  }
  const kept = new Map<string, RepositoryOption>();
  for (const option of section.options) kept.set(option.name, option);
  const missing = entries.flatMap(([name]) => kept.has(name) ? [] : spelled(name));
  const end = section.options.at(-1)?.end ?? section.start;
  const changed = [...lines];
  changed.splice(end, 0, ...missing);
  // From the end, so that the indices of what is before hold.
  for (const option of section.options.toReversed()) {
    if (!Object.hasOwn(wanted, option.name)) continue;
    const same = option === kept.get(option.name) && option.value === wanted[option.name];
    if (same) continue;
    const replaced = option === kept.get(option.name) ? spelled(option.name) : [];
    changed.splice(option.start, option.end - option.start, ...replaced);
  }
  return changed;
}
