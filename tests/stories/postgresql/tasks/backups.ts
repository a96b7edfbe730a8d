/** A dump of every database each night, by a timer of systemd. */

import { anyChanged, host } from "drover";
import { files, systemd } from "drover/operations";

const { backup_directory: directory, backup_time: time, backup_days: days } = host.data;

await files.directory({
  name: "Make the directory for backups",
  path: directory,
  user: "postgres",
  group: "postgres",
  mode: 750,
});

await files.template({
  name: "Write the script that backs up",
  src: "templates/pg-backup.sh.j2",
  dest: "/usr/local/sbin/pg-backup",
  mode: 755,
  data: { directory, days },
});

const service = await files.template({
  name: "Write the service that backs up",
  src: "templates/pg-backup.service.j2",
  dest: "/etc/systemd/system/pg-backup.service",
  mode: 644,
  data: { directory },
});
const timer = await files.template({
  name: "Write the timer for backups",
  src: "templates/pg-backup.timer.j2",
  dest: "/etc/systemd/system/pg-backup.timer",
  mode: 644,
  data: { time },
});
await systemd.daemonReload({ name: "Read the units", _if: anyChanged(service, timer) });

await systemd.service({
  name: "Start the timer for backups",
  service: "pg-backup.timer",
  running: true,
  enabled: true,
});
await systemd.service({
  name: "Restart the timer for backups",
  service: "pg-backup.timer",
  restarted: true,
  _if: timer,
});
