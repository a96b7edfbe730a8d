/** Python packages of one's own, since the tests reach no index. */

/** A package to build. */
export interface WheelOptions {
  name: string;
  version: string;
  /** What it depends on, such as `other>=1`. */
  requires?: string[];
  /** A command that it comes with, which prints its version. */
  command?: string;
}

/** The system's Python: others may be first in PATH, without pip or venv. */
export const PYTHON = "/usr/bin/python3";

const BUILD = `
import json, sys, zipfile
directory = sys.argv[1]
for wheel in json.loads(sys.argv[2]):
    name = wheel["name"].replace("-", "_")
    info = "%s-%s.dist-info" % (name, wheel["version"])
    requires = "".join("Requires-Dist: %s\\n" % one for one in wheel.get("requires", []))
    files = {
        name + ".py": "VERSION = %r\\n" % wheel["version"],
        info + "/METADATA": "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n%s" % (wheel["name"], wheel["version"], requires),
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    if "command" in wheel:
        files[name + ".py"] += "def main():\\n    print(VERSION)\\n"
        files[info + "/entry_points.txt"] = "[console_scripts]\\n%s = %s:main\\n" % (wheel["command"], name)
    record = info + "/RECORD"
    files[record] = "".join(path + ",,\\n" for path in [*files, record])
    with zipfile.ZipFile("%s/%s-%s-py3-none-any.whl" % (directory, name, wheel["version"]), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
`;

/** Builds wheels into a directory, for `pip install --no-index --find-links DIRECTORY`. */
export async function buildWheels(directory: string, wheels: WheelOptions[]): Promise<void> {
  await run(PYTHON, "-c", BUILD, directory, JSON.stringify(wheels));
}

/** Runs a program; returns what it prints. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
