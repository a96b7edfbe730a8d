import type { Divergence } from "../../scripts/conformance/run.ts";

/** Where Drover does something else than pyinfra, on purpose. An entry that is no longer true fails. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    fixtures: ["facts/apt.AptKeys/keys"],
    in: ["command", "requires", "value"],
    reason: "apt-key is gone since Debian 13 and Ubuntu 24.10: the keyrings are read with gpg, file by file",
  },
  {
    fixtures: ["facts/apt.AptSources/component_with_number", "facts/apt.AptSources/sources"],
    in: ["command"],
    reason: "deb822 files (*.sources) must be read too, and whoever changes a source must know its file",
  },
  {
    fixtures: ["facts/server.SecurityLimits/security_limits"],
    in: ["command"],
    reason: "a bare cat fails the host where there is no /etc/security/limits.conf",
  },
  {
    fixtures: ["facts/server.Sysctl/sysctl_linux"],
    in: ["command"],
    reason: "settings that nobody can read make BusyBox's sysctl exit with 1 after it has shown all others",
  },
  {
    fixtures: ["facts/server.Users/mixed"],
    in: ["command"],
    reason: "one pass of awk over the files, instead of a loop that starts ten processes for each user",
  },
  {
    fixtures: [
      "operations/apt.key/add",
      "operations/apt.key/add_keyserver_multiple",
      "operations/apt.key/add_keyserver_multiple_partial",
      "operations/apt.key/add_no_gpg",
      "operations/apt.key/add_url",
    ],
    in: ["commands"],
    reason: "apt-key is gone: keys go into a keyring of their own, written whole or not at all",
  },
  {
    fixtures: [
      "operations/apt.deb/add",
      "operations/apt.deb/download_add",
      "operations/apt.deb/remove_existing",
      "operations/apt.dist_upgrade/dist_upgrade",
      "operations/apt.packages/add_package_no_recommends",
      "operations/apt.packages/add_packages",
      "operations/apt.packages/install_with_args",
      "operations/apt.packages/remove_packages",
      "operations/apt.packages/remove_packages_with_args",
      "operations/apt.packages/update_cache_old",
      "operations/apt.packages/update_nocache",
      "operations/apt.packages/update_upgrade",
      "operations/apt.packages/upgrade_packages",
      "operations/apt.upgrade/upgrade",
    ],
    in: ["commands"],
    reason:
      "apt waits for its lock: on machines that have just booted, unattended upgrades hold it for a while",
  },
  {
    fixtures: ["operations/apt.repo/remove"],
    in: ["commands"],
    reason:
      "the line is found however it is spaced, whole and no other that it is a part of; it is deleted " +
      "rather than left behind blank",
  },
  {
    fixtures: [
      "operations/files.block/add_no_existing_block_and_no_line",
      "operations/files.block/add_no_existing_file",
    ],
    in: ["commands"],
    reason: "a new file is one upload: a heredoc is not atomic, and the shell expands what is in it",
  },
  {
    fixtures: [
      "operations/files.block/add_existing_block_different_content_and_backup",
      "operations/files.block/add_no_existing_block_line_provided",
      "operations/files.block/add_no_existing_block_line_provided_escape_regex",
      "operations/files.block/remove_but_content_not_none",
      "operations/files.block/remove_existing_block",
    ],
    in: ["commands"],
    reason:
      "the new text is made beside the file (cp -p keeps owner and mode) and renamed over it; nothing in " +
      "the content is expanded, a block whose line is missing is not lost, nor what follows a lone marker",
  },
  {
    fixtures: ["operations/files.download/download_with_checksums_needs_quotes"],
    in: ["commands"],
    reason: "digests are compared as a whole, and before the file takes its place",
  },
  {
    fixtures: [
      "operations/files.download/download_headers_wget",
      "operations/files.download/download_insecure_wget",
      "operations/files.download/download_no_curl_no_wget",
      "operations/files.download/download_proxy_wget",
      "operations/files.download/download_wget",
    ],
    in: ["commands"],
    reason: "half a file is removed after any failure or signal, not after wget's own failures only",
  },
  {
    fixtures: ["operations/server.reboot/reboot"],
    in: ["commands"],
    reason:
      "the reboot outlives the session that orders it, and only another boot id proves that it happened",
  },
  {
    fixtures: ["operations/server.script/*", "operations/server.script_template/script"],
    in: ["commands"],
    reason: "one private upload with its mode, which the command that runs it removes, also when it fails",
  },
  {
    fixtures: ["operations/server.wait/port"],
    in: ["commands"],
    reason:
      "grep takes port 2222 for 22, needs netstat, and never gives up: ours compares exactly, reads the " +
      "kernel's tables, and has a timeout",
  },
  {
    fixtures: ["operations/ssh.download/download", "operations/ssh.download/download_exists_force"],
    in: ["commands"],
    reason: "half a file, as a broken connection leaves it, would pass for the whole one in the next run",
  },
  {
    fixtures: ["operations/opkg.packages/list_of_nulls_package_list"],
    in: ["exception"],
    reason:
      "an empty name comes from data that is missing: who asks for it is told, instead of nothing being done",
  },
];
