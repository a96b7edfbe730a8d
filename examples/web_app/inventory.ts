/** A web application in production: load balancers, web servers, databases and caches. */

import type { Hosts } from "drover";

// Environment
export const environment = "production";

// Global configuration
export const app_name = "myapp";
export const app_version = "2.1.0";
export const app_repo = "https://github.com/example/myapp.git";

// Load balancers
export const load_balancers: Hosts = [
  ["lb-01.example.com", {
    ssh_user: "admin",
    is_primary: true,
  }],
  ["lb-02.example.com", {
    ssh_user: "admin",
    is_primary: false,
  }],
];

// The group is called load_balancers: this is data of all hosts, under its own name, and a warning says so.
export const load_balancer_data = {
  haproxy_version: "2.4",
  backend_port: 8000,
};

// Web servers: web-01 through web-05
export const web_servers: Hosts = Array.from({ length: 5 }, (_, index) => [`web-0${index + 1}.example.com`, {
  ssh_user: "deploy",
  ssh_key: "~/.ssh/deploy_key",
  server_id: index + 1,
}]);

export const web_servers_data = {
  nginx_workers: 4,
  app_workers: 4,
  app_port: 8000,
};

// Database servers
export const db_servers: Hosts = [
  ["db-01.example.com", {
    ssh_user: "postgres",
    is_primary: true,
    replication_slot: "slot1",
  }],
  ["db-02.example.com", {
    ssh_user: "postgres",
    is_primary: false,
    replication_slot: "slot2",
  }],
];

export const db_servers_data = {
  postgres_version: "14",
  max_connections: 200,
  shared_buffers: "2GB",
};

// Cache servers
export const cache_servers: Hosts = [
  "cache-01.example.com",
  "cache-02.example.com",
];

export const cache_servers_data = {
  redis_maxmemory: "2gb",
  redis_policy: "allkeys-lru",
};

// All hosts
export const targets: Hosts = [
  ...load_balancers,
  ...web_servers,
  ...db_servers,
  ...cache_servers,
];
