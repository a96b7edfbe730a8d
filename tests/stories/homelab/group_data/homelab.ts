/** What is the same on all machines at home. */

/** Somebody who logs in. */
export interface Person {
  name: string;
  /** Public keys, or local files that hold them. */
  keys: string[];
  /** Whether they may become root. */
  admin?: boolean;
  /** `false` removes the account; the home directory stays. */
  present?: boolean;
}

/** A command at certain times, as cron knows them. */
export interface Job {
  schedule: string;
  command: string;
  user?: string;
  present?: boolean;
}

export const _sudo = true;

/** Another key for those who administrate, given on the command line. */
export const admin_key = "";

export const people: Person[] = [
  { name: "anna", keys: ["keys/anna.pub"], admin: true },
  { name: "bert", keys: ["keys/bert.pub"] },
];

/** Groups whose members may log in; the machines were installed with the user deploy. */
export const ssh_groups = ["people", "deploy"];
export const ssh_max_auth_tries = 3;

export const jobs: Record<string, Job> = {
  "clean-downloads": {
    schedule: "15 4 * * *",
    user: "anna",
    command: "find ~/downloads -type f -mtime +30 -delete 2>/dev/null || true",
  },
  "disk-report": { schedule: "0 7 * * 1", command: "df -h / | logger -t disk-report" },
};

/** Ports that are open to the network at home. */
export const open_ports = { tcp: [22, 80, 443], udp: [5353] };
export const nft_check = "nft --check --file";
export const home_network = "192.168.10.0/24";

export const timezone = "Europe/Berlin";
export const sysctl = { "kernel.domainname": "home.example" };
