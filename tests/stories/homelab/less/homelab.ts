/** For `--group-data less`: without bert and the report about disks. */

import * as usual from "../group_data/homelab.ts";

export const people = usual.people.map((one) => ({ ...one, present: one.name !== "bert" }));

export const jobs = { ...usual.jobs, "disk-report": { ...usual.jobs["disk-report"], present: false } };
