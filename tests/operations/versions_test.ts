/** Ranges of versions as npm, cargo and gem read them. */

import assert from "node:assert/strict";
import { satisfiesGem } from "../../src/operations/packages/gem_requirement.ts";
import { isInRange } from "../../src/operations/packages/semver_range.ts";

/** Each range with versions in it and outside of it. */
const RANGES: Record<string, { in: string[]; out: string[] }> = {
  "1.2.3": { in: ["1.2.3", "1.2.3+build"], out: ["1.2.4", "1.2.3-rc.1", "1.2"] },
  "=1.2.3": { in: ["1.2.3"], out: ["1.2.2"] },
  "v1.2": { in: ["1.2.0", "1.2.9"], out: ["1.3.0", "1.1.9", "1.2.0-rc.1"] },
  "1": { in: ["1.0.0", "1.9.9"], out: ["2.0.0", "0.9.0", "2.0.0-rc.1"] },
  "1.x": { in: ["1.0.0", "1.9.9"], out: ["2.0.0"] },
  "*": { in: ["0.0.1", "9.9.9"], out: ["1.0.0-rc.1"] },
  "": { in: ["1.0.0"], out: ["1.0.0-rc.1"] },
  "^1.2.3": { in: ["1.2.3", "1.9.0"], out: ["2.0.0", "1.2.2", "2.0.0-rc.1"] },
  "^0.2.3": { in: ["0.2.3", "0.2.9"], out: ["0.3.0", "1.0.0"] },
  "^0.0.3": { in: ["0.0.3"], out: ["0.0.4"] },
  "^0.0": { in: ["0.0.9"], out: ["0.1.0"] },
  "^0": { in: ["0.9.0"], out: ["1.0.0"] },
  "^1.2.3-rc.2": { in: ["1.2.3-rc.2", "1.2.3-rc.10", "1.2.3", "1.9.0"], out: ["1.2.3-rc.1", "1.3.0-rc.1"] },
  "~1.2.3": { in: ["1.2.3", "1.2.9"], out: ["1.3.0"] },
  "~1": { in: ["1.9.0"], out: ["2.0.0"] },
  ">=1.2 <2": { in: ["1.2.0", "1.9.9"], out: ["1.1.9", "2.0.0"] },
  ">= 1.2, < 2": { in: ["1.2.0"], out: ["2.0.0"] },
  ">1.2": { in: ["1.3.0"], out: ["1.2.9"] },
  ">1.2.3": { in: ["1.2.4"], out: ["1.2.3"] },
  "<=1.2": { in: ["1.2.9"], out: ["1.3.0"] },
  "1.2 - 2": { in: ["1.2.0", "2.9.9"], out: ["3.0.0", "1.1.0"] },
  "1.2.3 - 2.0.0": { in: ["1.2.3", "2.0.0"], out: ["2.0.1"] },
  "^1 || 3.x": { in: ["1.5.0", "3.1.0"], out: ["2.0.0"] },
};

Deno.test("versions lie in ranges as npm and cargo read them", () => {
  for (const [range, { in: inside, out }] of Object.entries(RANGES)) {
    for (const version of inside) assert.equal(isInRange(version, range), true, `${version} in ${range}`);
    for (const version of out) assert.equal(isInRange(version, range), false, `${version} in ${range}`);
  }
});

Deno.test("what is no range is told from one", () => {
  for (
    const text of ["latest", "next", "https://x/y.tgz", "git+ssh://x", "file:../x", "^latest", "1.2.3.4"]
  ) {
    assert.equal(isInRange("1.0.0", text), undefined, text);
  }
});

Deno.test("versions meet requirements as RubyGems reads them", () => {
  const rows: [string, string, boolean][] = [
    ["1.0", "1.0.0", true],
    ["1.0.1", "1.0", false],
    ["7.0.4", "~> 7.0", true],
    ["7.9", "~> 7.0", true],
    ["8.0", "~> 7.0", false],
    ["7.0.9", "~> 7.0.4", true],
    ["7.1", "~> 7.0.4", false],
    ["2.0.0.rc1", "~> 1.0", false],
    ["7", "~> 7", true],
    ["7.9", "~> 7", true],
    ["8", "~> 7", false],
    ["2.2.0.rc1", ">= 2.2", false],
    ["2.2", "> 2.2.0.rc1", true],
    ["3.5", ">= 3, < 4", true],
    ["4.0", ">= 3, < 4", false],
    ["1.2", "!= 1.2", false],
  ];
  for (const [version, requirement, wanted] of rows) {
    assert.equal(satisfiesGem(version, requirement), wanted, `${version} ${requirement}`);
  }
});
