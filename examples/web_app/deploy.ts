/** Sets up the host that it runs for, by the groups that the host is in. */

import { host, include } from "drover";
import { apt, files, git, server } from "drover/operations";

host.log(`Deploying ${host.data.app_name} v${host.data.app_version}`);
host.log(`Environment: ${host.data.environment}`);
host.log(`Host: ${host.name}, Groups: ${host.groups}`);

// Web servers
if (host.groups.includes("web_servers")) {
  // Install dependencies
  await apt.packages({
    name: "Install web server packages",
    packages: ["nginx", "python3", "python3-pip"],
    update: true,
    cacheTime: 86400,
    noRecommends: true,
    _sudo: true,
  });

  // Deploy application
  await git.repo({
    name: "Clone application",
    src: host.data.app_repo,
    dest: "/opt/myapp",
    branch: "main",
    _sudo: true,
  });

  // Configure with host-specific data
  const config = await files.template({
    name: "Configure nginx",
    src: "templates/nginx.conf.j2",
    dest: "/etc/nginx/nginx.conf",
    data: {
      address: host.data.listen_address,
      workers: host.data.nginx_workers,
      port: host.data.app_port,
      server_id: host.data.server_id,
    },
    _sudo: true,
  });

  await server.service({ name: "Start nginx", service: "nginx", running: true, enabled: true, _sudo: true });
  await server.service({ name: "Reload nginx", service: "nginx", reloaded: true, _if: config, _sudo: true });
}

// Database servers
if (host.groups.includes("db_servers")) {
  const version = host.data.postgres_version;
  const service = `postgresql@${version}-main`;

  await apt.packages({
    name: "Install PostgreSQL",
    packages: [`postgresql-${version}`],
    update: true,
    cacheTime: 86400,
    _sudo: true,
  });

  const config = await files.template({
    name: "Configure PostgreSQL",
    src: "templates/postgresql.conf.j2",
    dest: `/etc/postgresql/${version}/main/postgresql.conf`,
    user: "postgres",
    group: "postgres",
    mode: "644",
    data: {
      address: host.data.listen_address,
      version,
      max_connections: host.data.max_connections,
      shared_buffers: host.data.shared_buffers,
      is_primary: host.data.is_primary,
      replication_slot: host.data.replication_slot,
    },
    _sudo: true,
  });

  await server.service({ name: "Restart PostgreSQL", service, restarted: true, _if: config, _sudo: true });
  await server.service({ name: "Start PostgreSQL", service, running: true, _sudo: true });
}

if (host.groups.includes("load_balancers")) await include("tasks/load_balancer.ts", { _sudo: true });
if (host.groups.includes("cache_servers")) await include("tasks/cache.ts", { _sudo: true });
