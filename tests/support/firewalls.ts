/** The root that the tests of firewalls share. */

/** Its name, and Debian's packages in it. */
export const FIREWALLS: readonly [string, readonly string[]] = [
  "firewall",
  ["dbus", "firewalld", "iptables", "nftables", "procps", "ufw"],
];
