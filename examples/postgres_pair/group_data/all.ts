/** What both inventories share. */

export const _sudo = true;

export const postgres_version = 15;
/** Debian keeps clusters apart by their names: `main`, which it makes by itself, is left alone. */
export const cluster = "pair";
export const cluster_port = 5442;
export const pool_port = 6432;

export const database = "app";

export const nft_check = "nft --check --file";
/** Whether the firewall's rules are loaded now, or with the next boot (`null`). */
export const firewall_running: boolean | null = true;
