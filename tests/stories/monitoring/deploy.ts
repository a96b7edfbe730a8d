/** Exporters on all machines, Prometheus on the one that asks them. */

import { host, include } from "drover";
import { apt } from "drover/operations";

await apt.update({ name: "Fetch the lists of packages", cacheTime: 86400 });

await include("tasks/node_exporter.ts");
if (host.groups.includes("monitoring")) await include("tasks/prometheus.ts");
