/** Reads the files that tell apt where to take packages from. */

/** A place that apt takes packages from. */
export interface AptSource {
  /** `deb` or `deb-src`. */
  type: string;
  /** Where the packages are: `http://deb.debian.org/debian`. */
  url: string;
  /** Suite, such as `bookworm`, or a path that ends with `/`. */
  distribution: string;
  /** Parts of the distribution: `main`, `contrib`; none where the distribution is a path. */
  components: string[];
  /** Options by their names in a `.list` file: `arch`, `signed-by` … Several values are a list. */
  options: Record<string, string | string[]>;
  /** The file that names it. */
  file?: string;
}

/** Fields of a `.sources` file that have another name as an option in a `.list` file. */
const OPTION_NAMES: Record<string, string> = { architectures: "arch", languages: "lang", targets: "target" };
const OWN_FIELDS = new Set(["types", "uris", "suites", "components", "enabled"]);

/** Begins the line that announces a file in what {@linkcode parseSources} reads. */
export const FILE_MARK = "##file ";

/** Reads one line of a `.list` file; `undefined` for comments and what apt would not understand either. */
export function parseSourceLine(line: string): AptSource | undefined {
  const match = /^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
  if (match === null) return undefined;
  const [, type = "", options = "", url = "", distribution = "", components = ""] = match;
  return {
    type,
    url,
    distribution,
    components: words(components),
    options: Object.fromEntries(
      words(options).map((option) => {
        const [name = "", value = ""] = option.split(/=(.*)/s);
        return [name, value.includes(",") ? value.split(",") : value];
      }),
    ),
  };
}

/** Whether two sources have the same options. */
export function sameOptions(left: AptSource, right: AptSource): boolean {
  const spelled = ({ options }: AptSource) =>
    Object.entries(options).map(([name, value]) => `${name}=${[value].flat().toSorted().join(",")}`).sort();
  return spelled(left).join(" ") === spelled(right).join(" ");
}

/** Whether two sources take the same packages from the same place, whatever their options. */
export function sameSource(left: AptSource, right: AptSource): boolean {
  return identity(left) === identity(right);
}

function identity({ type, url, distribution, components }: AptSource): string {
  return [type, url.replace(/\/+$/, ""), distribution, ...components.toSorted()].join(" ");
}

/** Reads the files, each after a line with its path; lines before the first such line are a `.list`. */
export function parseSources(lines: readonly string[]): AptSource[] {
  const starts = [-1, ...lines.flatMap((line, index) => line.startsWith(FILE_MARK) ? [index] : [])];
  return starts.flatMap((start, index) => {
    const file = lines[start]?.slice(FILE_MARK.length);
    const content = lines.slice(start + 1, starts[index + 1]);
    const found = file?.endsWith(".sources")
      ? content.join("\n").split(/\n\s*\n/).flatMap(parseStanza)
      : content.map(parseSourceLine).filter((source) => source !== undefined);
    return file === undefined ? found : found.map((source) => ({ ...source, file }));
  });
}

/** Reads one paragraph of a deb822 file: it stands for each of its types at each of its URIs and suites. */
function parseStanza(stanza: string): AptSource[] {
  const fields = parseFields(stanza);
  if (/^(no|false|off|0|without|disable)$/i.test(fields.get("enabled") ?? "yes")) return [];
  const list = (name: string) => words(fields.get(name) ?? "");
  const options: AptSource["options"] = {};
  for (const [name, text] of fields) {
    if (OWN_FIELDS.has(name)) continue;
    // A key may be written into the file itself.
    const values = text.includes("-----BEGIN") ? [text] : words(text);
    options[OPTION_NAMES[name] ?? name] = values.length > 1 ? values : values[0] ?? "";
  }
  return list("types").flatMap((type) =>
    list("uris").flatMap((url) =>
      list("suites").map((distribution) => ({
        type,
        url,
        distribution,
        components: list("components"),
        options,
      }))
    )
  );
}

/** Field names in lower case with their values; lines that begin with a space continue a value. */
function parseFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of stanza.split("\n")) {
    if (line.startsWith("#")) continue;
    if (/^\s/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ""}\n${line.trim()}`);
      continue;
    }
    const [name, value] = line.split(/:(.*)/s);
    if (name === undefined || value === undefined) continue;
    last = name.trim().toLowerCase();
    fields.set(last, value.trim());
  }
  return fields;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
