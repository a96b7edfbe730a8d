/** A file of cron for each job. */

import { host } from "drover";
import { apt, files } from "drover/operations";
import type { Job } from "../group_data/homelab.ts";

await apt.packages({ name: "Install cron", packages: ["cron"] });

const jobs: Record<string, Job> = host.data.jobs;
for (const [name, { schedule, command, user = "root", present = true }] of Object.entries(jobs)) {
  const dest = `/etc/cron.d/${name}`;
  if (present) {
    await files.template({
      name: `Write the job ${name}`,
      src: "templates/cron.j2",
      dest,
      mode: 644,
      data: { schedule, user, command },
    });
  } else {
    await files.file({ name: `Remove the job ${name}`, path: dest, present: false });
  }
}
