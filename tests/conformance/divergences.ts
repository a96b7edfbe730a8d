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
    in: ["facts"],
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
    fixtures: ["operations/gem.packages/remove_packages"],
    in: ["commands"],
    reason: "without --all and --executables, gem asks questions that nobody answers, and fails",
  },
  {
    fixtures: ["facts/npm.NpmPackages/local_packages"],
    in: ["command"],
    reason:
      "with -g, npm lists the system's packages in whatever directory; it exits with 1 where a project lacks " +
      "anything, and as root it would do what the files of a user's project say",
  },
  {
    fixtures: ["operations/npm.packages/add_local_packages"],
    in: ["commands"],
    reason: "without --prefix, npm goes up to the next directory that has a package.json, and installs there",
  },
  {
    fixtures: [
      "facts/uv.UvAvailablePythonsByImplementation/bad_response",
      "facts/uv.UvAvailablePythonsByImplementation/one_version",
      "facts/uv.UvAvailablePythonsByVersion/empty_response",
      "facts/uv.UvAvailablePythonsByVersion/one_version",
    ],
    in: ["command"],
    reason: "the same words with one space between them",
  },
  {
    fixtures: [
      "operations/uv.packages/install_3_packages_with_1_existing",
      "operations/uv.packages/remove_3_packages_with_2_installed",
      "operations/uv.packages/remove_no_packages_but_requirements",
      "operations/uv.packages/upgrade_one_existing_package",
      "operations/uv.pythons/remove_3_pythons_with_2_installed",
      "operations/uv.tools/remove_3_tools_with_2_installed",
      "operations/uv.tools/upgrade_one_existing_tool",
    ],
    in: ["commands"],
    reason: "the same words with one space between them",
  },
  {
    fixtures: ["operations/uv.venv/create_not_existing_other_options"],
    in: ["commands"],
    reason: "uv has no option --site-packages: it is called --system-site-packages",
  },
  {
    fixtures: ["operations/uv.venv/remove_that_exists"],
    in: ["commands"],
    reason: "`uv venv PATH` makes the environment at the path itself, not in a .venv below it",
  },
  {
    fixtures: ["operations/puppet.agent/run_agent"],
    in: ["commands"],
    reason: "with -t, the agent exits with 2 when it has changed something, which is no failure",
  },
  {
    fixtures: ["operations/zfs.dataset/delete"],
    in: ["commands"],
    reason: "the same words with one space between them",
  },
  {
    fixtures: ["facts/selinux.FileContextMapping/*"],
    in: ["command"],
    reason:
      "dash has no pipefail; the target is a text to look for, not an expression, and no part of a longer one",
  },
  {
    fixtures: ["facts/selinux.SEBoolean/get"],
    in: ["command"],
    reason: "a boolean that does not exist, or not yet, fails the host",
  },
  {
    fixtures: ["facts/selinux.SEPort/*"],
    in: ["command"],
    reason: "a port without a type makes grep fail, and with it the host; the protocol is compared exactly",
  },
  {
    fixtures: ["facts/hardware.BlockDevices/devices"],
    in: ["command"],
    reason:
      "without -P, df breaks lines that are long; without -k, blocks differ between systems; and it fails for " +
      "one mount that the user may not look at",
  },
  {
    fixtures: [
      "facts/hardware.Ipv4Addresses/linux_ip",
      "facts/hardware.Ipv4Addrs/linux_ip_multiple",
      "facts/hardware.Ipv6Addresses/linux_ip",
      "facts/hardware.Ipv6Addrs/linux_ip_multiple",
      "facts/hardware.NetworkDevices/linux_ifconfig",
      "facts/hardware.NetworkDevices/linux_ifconfig_multiple",
      "facts/hardware.NetworkDevices/linux_ip",
      "facts/hardware.NetworkDevices/linux_ip_multiple_addrs",
      "facts/hardware.NetworkDevices/linux_ip_multiple_ifaces",
      "facts/hardware.NetworkDevices/macos_ifconfig",
    ],
    in: ["command"],
    reason: "as newer versions do: the JSON of `ip` first",
  },
  {
    fixtures: ["facts/hardware.Memory/*"],
    in: ["command", "requires"],
    reason: "Linux without procps and macOS have no vmstat, and tell their memory elsewhere",
  },
  {
    fixtures: ["facts/hardware.CpuInfo/*"],
    in: ["command"],
    reason: "LC_ALL comes before LANG, and would translate the names",
  },
  {
    fixtures: ["operations/zfs.snapshot/create"],
    in: ["commands"],
    reason: "`snap` is a later short form of `snapshot`, which every ZFS knows",
  },
];
