/** The example web application on the lab: it really serves, a second run changes nothing, drift is mended. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { ask, drover, onHost } from "./support.ts";

const WEB = ["127.0.1.21", "127.0.1.22"];
const CHANGES = 2;

Deno.test("the first run succeeds on every host", async () => {
  const run = await drover("--yes", "--detailed-exitcode");
  // A lab that was up before may have had its first run.
  ok(run.code === CHANGES || run.code === 0, run.stderr);
  strictEqual(run.hosts.length, 6);
  for (const host of run.hosts) strictEqual(`${host.host} ${host.state}`, `${host.host} done`);
});

Deno.test("nginx serves the application on every web server", async () => {
  for (const [index, address] of WEB.entries()) {
    const response = await fetch(`http://${address}:8000/`);
    match(await response.text(), /Hello from myapp/);
    strictEqual(response.headers.get("x-server-id"), String(index + 1));
  }
});

Deno.test("HAProxy takes turns between them", async () => {
  const seen = new Set<string | null>();
  for (let request = 0; request < 4; request++) {
    const response = await fetch("http://127.0.1.11/", { headers: { connection: "close" } });
    await response.body?.cancel();
    seen.add(response.headers.get("x-server-id"));
  }
  deepStrictEqual([...seen].toSorted(), ["1", "2"]);
});

for (const host of ["db-01", "db-02"]) {
  Deno.test(`PostgreSQL answers on ${host} with the settings of the template`, async () => {
    const query = "select current_setting('max_connections'), current_setting('shared_buffers'), 6 * 7";
    // A server that has just been restarted may still be recovering.
    const waiting = `for i in 1 2 3 4 5 6 7 8 9 10; do pg_isready -q && break; sleep 1; done`;
    strictEqual(await onHost(host, `${waiting}; psql -Atc "${query}" 2>&1`), "200|2GB|42");
  });
}

Deno.test("Redis answers with the settings of the template", async () => {
  strictEqual(await ask("127.0.1.41", 6379, "PING\r\n"), "+PONG\r\n");
  match(await ask("127.0.1.41", 6379, "CONFIG GET maxmemory-policy\r\n"), /allkeys-lru/);
});

Deno.test("a second run changes nothing on any host", async () => {
  const run = await drover("--yes", "--detailed-exitcode");
  deepStrictEqual(run.hosts.filter((host) => host.changed > 0 || host.state !== "done"), []);
  strictEqual(run.code, 0, run.stderr);
});

Deno.test("what has drifted on one host is mended there", async () => {
  await onHost("web-01", "sudo sed -i s/:8000/:8001/ /etc/nginx/nginx.conf && sudo systemctl stop nginx");
  const run = await drover("--yes", "--detailed-exitcode");
  strictEqual(run.code, CHANGES, run.stderr);
  const changed = run.hosts.filter((host) => host.changed > 0).map((host) => host.host);
  deepStrictEqual(changed, ["web-01.example.com"]);
  const response = await fetch("http://127.0.1.21:8000/");
  match(await response.text(), /Hello from myapp/);
});
