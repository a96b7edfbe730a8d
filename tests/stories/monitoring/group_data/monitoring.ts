/** What the monitoring server asks, how often, and what it warns of. */

/** A rule that warns. */
export interface Alert {
  name: string;
  expr: string;
  for: string;
  severity: "page" | "ticket";
  /** Prometheus fills in what stands in double braces. */
  summary: string;
}

export const prometheus_port = 9090;
export const scrape_interval = "5s";
export const retention = "15d";

export const alerts: Alert[] = [
  {
    name: "NodeDown",
    expr: 'up{job="node"} == 0',
    for: "2m",
    severity: "page",
    summary: "{{ $labels.instance }} does not answer: is it on?",
  },
  {
    name: "DiskFull",
    expr: 'node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes < 0.1',
    for: "15m",
    severity: "ticket",
    summary: "The disk of {{ $labels.instance }} is {{ $value | humanizePercentage }} free",
  },
];

/** Whether the rules for recording are kept. */
export const recording = true;
