/** A monitoring server and the machines that it watches, itself among them. */

import type { Hosts } from "drover";
import { inLab } from "../lab.ts";

export const monitoring: Hosts = [inLab("metrics.example.com", "web-01")];

export const nodes: Hosts = [
  ...monitoring,
  inLab("cache.example.com", "cache-01", { rack: "b2" }),
];
