/** The hosts that the lab may have: their names, addresses and login users. */

/** A host of the lab. */
export interface LabHost {
  name: string;
  /** Its own loopback address; all hosts share the machine's network. */
  address: string;
  /** Who logs in by default. */
  user: string;
  /** Whether sudo asks `admin` for a password there. */
  sudoAsks: boolean;
}

/** The password of `admin`, which sudo wants on hosts with `sudoAsks`. SSH takes keys only. */
export const ADMIN_PASSWORD = "drover";

const ROLES: Readonly<Record<string, { tens: number; user: string }>> = {
  lb: { tens: 1, user: "admin" },
  web: { tens: 2, user: "deploy" },
  db: { tens: 3, user: "postgres" },
  cache: { tens: 4, user: "admin" },
};

const NAME_REGEXP = /^(lb|web|db|cache)-0([1-9])$/;

/** The hosts of a lab that was asked for nothing else. */
export const DEFAULT_NAMES: readonly string[] = ["lb-01", "web-01", "web-02", "db-01", "db-02", "cache-01"];

/** What a plain number of hosts stands for: one of each role first, then more of those that are scaled first. */
const BY_NUMBER: readonly string[] = [
  "lb-01",
  "web-01",
  "db-01",
  "cache-01",
  "web-02",
  "db-02",
  "lb-02",
  "cache-02",
  "web-03",
  "web-04",
  "web-05",
];

/**
 * The hosts of a `--hosts` option: a number, or names with commas.
 *
 * @throws {Error} If it is neither.
 */
export function labHosts(option: string | undefined): LabHost[] {
  if (option === undefined) return DEFAULT_NAMES.map(labHost);
  if (!/^\d+$/.test(option)) return sorted(option.split(",").map((name) => labHost(name.trim())));
  const count = Number(option);
  if (count >= 1 && count <= BY_NUMBER.length) return sorted(BY_NUMBER.slice(0, count).map(labHost));
  throw new Error(`--hosts takes a number from 1 to ${BY_NUMBER.length}, or names with commas`);
}

/**
 * A host by its name.
 *
 * @throws {Error} If the lab has no such name.
 */
export function labHost(name: string): LabHost {
  const match = NAME_REGEXP.exec(name);
  const role = match === null ? undefined : ROLES[match[1]!];
  if (role === undefined) {
    throw new Error(`a lab host is called lb-0N, web-0N, db-0N or cache-0N, N from 1 to 9, not "${name}"`);
  }
  return {
    name,
    address: `127.0.1.${role.tens}${match![2]}`,
    user: role.user,
    sudoAsks: name.startsWith("cache-"),
  };
}

/** Hosts by role, then by number. */
export function sorted(hosts: readonly LabHost[]): LabHost[] {
  const order = Object.keys(ROLES);
  const rank = (host: LabHost) => order.indexOf(host.name.split("-")[0]!);
  return hosts.toSorted((left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name));
}
