/** The one table of names that pyinfra spells otherwise. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  argumentHint,
  isNoFact,
  namesHere,
  renamedArgument,
  renamedHint,
  renamedParts,
} from "../../src/errors/mod.ts";

const DEFINED = new Map(
  ["func.call", "freebsd.pkgInstall", "freebsd.pkgClean", "crontab.Crontab"].map((name) => [name, {}]),
);

Deno.test("names of pyinfra, in its spelling and in ours", () => {
  deepStrictEqual(namesHere("apt.dist_upgrade"), ["apt.distUpgrade"]);
  deepStrictEqual(namesHere("python.raise_exception"), ["func.raiseException", "python.raiseException"]);
  strictEqual(namesHere("freebsd.service.service")[0], "freebsd.service");
  strictEqual(namesHere("postgresql.PostgresqlRoles")[0], "postgres.PostgresRoles");
  deepStrictEqual(namesHere("python"), ["func", "python"]);
});

Deno.test("hints name what there is, and nothing else", () => {
  strictEqual(renamedHint("python.call", DEFINED), "python.call is func.call here");
  strictEqual(renamedHint("python.nonsense", DEFINED), undefined);
  strictEqual(renamedHint("func.call", DEFINED), undefined);
  strictEqual(renamedHint("server.crontab", DEFINED), "server.crontab is crontab.Crontab here");
  strictEqual(renamedHint("postgresql.sql", DEFINED), undefined, "nothing is there yet");
  strictEqual(
    renamedParts("freebsd.pkg", DEFINED),
    "freebsd.pkg.clean is freebsd.pkgClean, freebsd.pkg.install is freebsd.pkgInstall",
  );
});

Deno.test("arguments: another name, no need, or a place in data", () => {
  strictEqual(renamedArgument("docker.prune", "volume"), "volumes");
  strictEqual(argumentHint("docker.prune", "volume"), '"volume" is "volumes" here');
  strictEqual(
    argumentHint("files.template", "app_port"),
    "variables of the template go under data: { app_port: … }",
  );
  strictEqual(argumentHint("vzctl.set", "ram"), "settings of the container go under data: { ram: … }");
  strictEqual(argumentHint("docker.prune", "constructor"), undefined);
  strictEqual(argumentHint("files.put", "add_deploy"), undefined);
});

Deno.test("parts and shapes of facts are none", () => {
  deepStrictEqual(
    ["files.FileDict", "snap.SnapBaseFact", "crontab.CrontabFile", "files.File"].map(isNoFact),
    [
      true,
      true,
      true,
      false,
    ],
  );
});
