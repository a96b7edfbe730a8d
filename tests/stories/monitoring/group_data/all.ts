/** What all machines share. */

export const _sudo = true;

export const node_exporter_port = 9100;

/** Names of machines that are no longer watched. */
export const retired: string[] = [];

export const rack = "a1";
