/** Redis as a cache that forgets what is used least. */

import { host } from "drover";
import { apt, files, server } from "drover/operations";

await apt.packages({ name: "Install Redis", packages: ["redis-server"], update: true, cacheTime: 86400 });

const config = await files.template({
  name: "Configure Redis",
  src: "templates/redis.conf.j2",
  dest: "/etc/redis/redis.conf",
  user: "redis",
  group: "redis",
  mode: "640",
  data: {
    address: host.data.listen_address,
    maxmemory: host.data.redis_maxmemory,
    policy: host.data.redis_policy,
  },
});

await server.service({
  name: "Restart Redis",
  service: "redis-server",
  restarted: true,
  _if: config,
});
await server.service({ name: "Start Redis", service: "redis-server", running: true, enabled: true });
