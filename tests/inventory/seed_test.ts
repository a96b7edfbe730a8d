/** The complete inventory of the specification, line by line in TypeScript. */

import assert from "node:assert/strict";
import { dataOf, names, Project } from "./project.ts";

const PRODUCTION = `
import type { Data, Hosts } from "drover";

// Environment
export const environment = "production";

// Global configuration
export const app_name = "myapp";
export const app_version = "2.1.0";
export const app_repo = "https://github.com/example/myapp.git";

// Load balancers
export const load_balancers = [
  ["lb-01.example.com", { ssh_user: "admin", is_primary: true }],
  ["lb-02.example.com", { ssh_user: "admin", is_primary: false }],
];
export const load_balancer_data = { haproxy_version: "2.4", backend_port: 8000 };

// Web servers
export const web_servers = Array.from({ length: 5 }, (_, i) => [
  \`web-\${String(i + 1).padStart(2, "0")}.example.com\`,
  { ssh_user: "deploy", ssh_key: "~/.ssh/deploy_key", server_id: i + 1 },
]);
export const web_servers_data = { nginx_workers: 4, app_workers: 4, app_port: 8000 };

// Database servers
export const db_servers = [
  ["db-01.example.com", { ssh_user: "postgres", is_primary: true, replication_slot: "slot1" }],
  ["db-02.example.com", { ssh_user: "postgres", is_primary: false, replication_slot: "slot2" }],
];
export const db_servers_data = { postgres_version: "14", max_connections: 200, shared_buffers: "2GB" };

// Cache servers
export const cache_servers = ["cache-01.example.com", "cache-02.example.com"];
export const cache_servers_data = { redis_maxmemory: "2gb", redis_policy: "allkeys-lru" };

// All hosts
export const targets = [...load_balancers, ...web_servers, ...db_servers, ...cache_servers];
`;

Deno.test("the specification's inventory: hosts, groups and data", async () => {
  await using project = await Project.with({ "production.ts": PRODUCTION });
  const loaded = await project.load("production.ts");
  assert.deepEqual(names(loaded.selected), [
    "lb-01.example.com",
    "lb-02.example.com",
    ...[1, 2, 3, 4, 5].map((i) => `web-0${i}.example.com`),
    "db-01.example.com",
    "db-02.example.com",
    "cache-01.example.com",
    "cache-02.example.com",
  ]);
  assert.deepEqual(Object.keys(loaded.inventory.groups), [
    "load_balancers",
    "web_servers",
    "db_servers",
    "cache_servers",
    "production",
    "all",
  ]);
  const common = {
    environment: "production",
    app_name: "myapp",
    app_version: "2.1.0",
    app_repo: "https://github.com/example/myapp.git",
    load_balancer_data: { haproxy_version: "2.4", backend_port: 8000 },
  };
  assert.deepEqual(dataOf(loaded, "web-03.example.com"), {
    ...common,
    ssh_user: "deploy",
    ssh_key: "~/.ssh/deploy_key",
    server_id: 3,
    nginx_workers: 4,
    app_workers: 4,
    app_port: 8000,
  });
  assert.deepEqual(dataOf(loaded, "db-02.example.com"), {
    ...common,
    ssh_user: "postgres",
    is_primary: false,
    replication_slot: "slot2",
    postgres_version: "14",
    max_connections: 200,
    shared_buffers: "2GB",
  });
  assert.deepEqual(loaded.inventory.getHost("web-01.example.com").groups, [
    "web_servers",
    "production",
    "all",
  ]);
});

Deno.test("the specification's inventory: data of a group that does not exist is data with a warning", async () => {
  await using project = await Project.with({ "production.ts": PRODUCTION });
  const { warnings } = await project.load("production.ts");
  assert.deepEqual(warnings, [{
    text: `"load_balancer_data" in production.ts is global data, because there is no group "load_balancer"`,
    hint: `did you mean "load_balancers"?`,
    place: { file: project.path("production.ts"), line: 17, column: 1 },
  }]);
});

Deno.test("the specification's data precedence: host, then group, then global", async () => {
  await using project = await Project.with({
    "inventory.ts": `
      export const app_port = 8000;
      export const web_servers = [["web-01.example.com", { app_port: 8001 }], "web-02.example.com"];
      export const web_servers_data = { app_port: 8080 };
      export const targets = [...web_servers, "other.example.com"];`,
  });
  const loaded = await project.load("inventory.ts");
  assert.equal(dataOf(loaded, "web-01.example.com").app_port, 8001);
  assert.equal(dataOf(loaded, "web-02.example.com").app_port, 8080);
  assert.equal(dataOf(loaded, "other.example.com").app_port, 8000);
});
