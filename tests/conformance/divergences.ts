import type { Divergence } from "../../scripts/conformance/run.ts";

/** Where Drover does something else than pyinfra, on purpose, by module. An entry that is no longer true fails. */
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
    reason: "apt waits for its lock: on machines that have just booted, unattended upgrades hold it for a " +
      "while",
  },
  {
    fixtures: ["operations/apt.repo/remove"],
    in: ["commands"],
    reason:
      "the line is found however it is spaced, whole and no other that it is a part of; it is deleted " +
      "rather than left behind blank",
  },
  {
    fixtures: ["facts/brew.BrewCasks/casks"],
    in: ["command"],
    reason: "the pattern there means a plus sign to grep, so that brew before 2.6 is never recognised",
  },
  {
    fixtures: ["facts/brew.BrewPackages/packages"],
    in: ["command"],
    reason: "since 2.6 a plain list has casks as well: a cask docker would pass for the formula docker",
  },
  {
    fixtures: ["operations/bsdinit.service/disabled"],
    in: ["commands"],
    reason: "the line is deleted rather than left behind blank",
  },
  {
    fixtures: ["facts/choco.ChocoPackages/packages"],
    in: ["command"],
    reason: "before 2.0 a plain list is of everything in the store, none of which would ever be installed",
  },
  {
    fixtures: [
      "facts/dnf.DnfRepositories/*",
      "facts/yum.YumRepositories/*",
      "facts/zypper.ZypperRepositories/*",
    ],
    in: ["command", "value"],
    reason: "a repository is told with its section and its file, in the places where the programs look for " +
      "them",
  },
  {
    fixtures: ["operations/dnf.packages/install_pinned_package_when_different_version_installed"],
    in: ["commands"],
    reason: "dnf and yum find no name=version: they call it name-version",
  },
  {
    fixtures: [
      "operations/dnf.rpm/add",
      "operations/dnf.rpm/add_existing_upgrade",
      "operations/dnf.rpm/add_url",
      "operations/yum.rpm/add",
      "operations/yum.rpm/add_existing_upgrade",
      "operations/yum.rpm/add_url",
      "operations/zypper.rpm/add",
      "operations/zypper.rpm/add_existing_upgrade",
      "operations/zypper.rpm/add_url",
    ],
    in: ["commands"],
    reason: "rpm -i fails where another version is installed, and installs nothing that a package depends " +
      "on; a file that was downloaded is kept, so that later runs can tell what is in it",
  },
  {
    fixtures: [
      "facts/docker.DockerContainer/*",
      "facts/docker.DockerContainerEnvs/*",
      "facts/docker.DockerContainerFsChanges/*",
      "facts/docker.DockerContainerLabels/*",
      "facts/docker.DockerContainerMounts/*",
      "facts/docker.DockerContainerNetworks/*",
      "facts/docker.DockerContainerPorts/*",
      "facts/docker.DockerContainerProcesses/*",
      "facts/docker.DockerContainers/*",
      "facts/docker.DockerImageHistory/*",
      "facts/docker.DockerImageLabels/*",
      "facts/docker.DockerImageLayers/*",
      "facts/docker.DockerImages/*",
      "facts/docker.DockerNetworkLabels/*",
      "facts/docker.DockerPlugin/*",
      "facts/docker.DockerPlugins/*",
      "facts/docker.DockerVolumeLabels/*",
    ],
    in: ["command"],
    reason: "an engine that does not run, or that the user may not use, is not one without containers",
  },
  {
    fixtures: ["facts/docker.DockerAuths/*"],
    in: ["command"],
    reason: "the passwords in the file of logins do not leave the host",
  },
  {
    fixtures: ["operations/docker.container/add_existent_container"],
    in: ["commands"],
    reason: "an image that cannot be had must be known before the old container is gone",
  },
  {
    fixtures: [
      "operations/docker.container/start_container",
      "operations/docker.container/stop_container_no_changes",
    ],
    in: ["commands"],
    reason: "a container of another image than the wanted one is created again: here it is of nginx, not " +
      "nginx:alpine",
  },
  {
    fixtures: ["operations/docker.container/add_container_with_cpus_and_memory"],
    in: ["commands"],
    reason: "2.0 and 2 are one number here, and to Docker",
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
      "the new text is made beside the file (cp -p keeps owner and mode) and renamed over it; nothing " +
      "in the content is expanded, a block whose line is missing is not lost, nor what follows a lone " +
      "marker",
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
    fixtures: ["facts/flatpak.FlatpakPackage/*", "facts/snap.SnapPackage/*"],
    in: ["command"],
    reason: "both programs fail for a package that is not there, and that is no failure of the host",
  },
  {
    fixtures: ["facts/freebsd.ServiceScript/found", "facts/freebsd.ServiceScript/not-found"],
    in: ["command"],
    reason: "a name of a jail between backticks would be read by the shell a second time",
  },
  {
    fixtures: ["operations/freebsd.sysrc.sysrc/del"],
    in: ["commands"],
    reason: "a variable that is deleted has no value: None is not one",
  },
  {
    fixtures: ["operations/gem.packages/remove_packages"],
    in: ["commands"],
    reason: "without --all and --executables, gem asks questions that nobody answers, and fails",
  },
  {
    fixtures: ["facts/hardware.BlockDevices/devices"],
    in: ["command"],
    reason: "without -P, df breaks lines that are long; without -k, blocks differ between systems; and it " +
      "fails for one mount that the user may not look at",
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
    fixtures: ["facts/mysql.MysqlDatabases/*", "facts/mysql.MysqlUsers/*"],
    in: ["command", "requires"],
    reason:
      "the client of MariaDB 11 is called `mariadb` alone; names come in UTF-8 whatever the client is " +
      "set to; a password in an argument is there for everybody on the host to see",
  },
  {
    fixtures: ["operations/mysql.dump/*", "operations/postgresql.dump/*"],
    in: ["commands"],
    reason: "a dump takes the place of the file when it is whole, and is for its owner alone to read",
  },
  {
    fixtures: ["operations/mysql.privileges/remove_usage"],
    in: ["commands"],
    reason: "USAGE stands for no privileges: every user has it again after it was revoked, in each run",
  },
  {
    fixtures: ["operations/mysql.user/add_password", "operations/postgresql.role/role_update"],
    in: ["commands"],
    reason: "statements with a password reach the client through its input instead of its arguments",
  },
  {
    fixtures: ["operations/mysql.user/update_x509_specified"],
    in: ["commands"],
    reason: "a server with ANSI_QUOTES takes what is in double quotes for a name",
  },
  {
    fixtures: ["facts/npm.NpmPackages/local_packages"],
    in: ["command"],
    reason:
      "with -g, npm lists the system's packages in whatever directory; it exits with 1 where a project " +
      "lacks anything, and as root it would do what the files of a user's project say",
  },
  {
    fixtures: ["operations/npm.packages/add_local_packages"],
    in: ["commands"],
    reason: "without --prefix, npm goes up to the next directory that has a package.json, and installs there",
  },
  {
    fixtures: ["operations/openrc.service/disable", "operations/openrc.service/enable"],
    in: ["commands"],
    reason: "rc-update without a runlevel takes the one that the host happens to be in, such as single",
  },
  {
    fixtures: ["operations/opkg.packages/list_of_nulls_package_list"],
    in: ["exception"],
    reason: "an empty name comes from data that is missing: who asks for it is told, instead of nothing " +
      "being done",
  },
  {
    fixtures: ["facts/opkg.OpkgConf/opkg_conf", "facts/opkg.OpkgFeeds/opkg_feeds"],
    in: ["command", "value"],
    reason: "a bare cat fails the host where one of the files is missing; fields have names instead of " +
      "places",
  },
  {
    fixtures: ["facts/opkg.OpkgUpgradeablePackages/opkg_upgradeable_packages"],
    in: ["value"],
    reason: "the two versions have names instead of places",
  },
  {
    fixtures: ["operations/opkg.packages/remove_existing_package_and_require_update"],
    in: ["commands"],
    reason: "lists have no part in a removal, and a router without a network must be able to remove",
  },
  {
    fixtures: ["facts/pacman.PacmanPackages/packages"],
    in: ["value"],
    reason: "a version is whole, with its epoch and release: 1:1.9.2-1 is not 1",
  },
  {
    fixtures: [
      "operations/pacman.packages/add_packages",
      "operations/pacman.packages/add_packages_group_expand",
    ],
    in: ["commands"],
    reason: "pacman installs what is there again: --needed leaves members of a group alone that are " +
      "installed",
  },
  {
    fixtures: ["operations/pkg.packages/pkg_install_packages"],
    in: ["commands"],
    reason: "FreeBSD's pkg reads no PKG_PATH, and that of a fresh system fails where it cannot ask whether " +
      "it may fetch the real one",
  },
  {
    fixtures: ["facts/postgresql.PostgresqlDatabases/*", "facts/postgresql.PostgresqlRoles/*"],
    in: ["command", "value"],
    reason: "rows are asked for as JSON: names with | and line breaks stay whole, arrays are arrays; " +
      "passwords are in no environment",
  },
  {
    fixtures: ["operations/postgresql.load/load"],
    in: ["commands"],
    reason:
      "psql goes on after an error and reports success unless it is told otherwise; no password in the " +
      "environment",
  },
  {
    fixtures: ["operations/postgresql.database/update_database"],
    in: ["commands"],
    reason: "SET TABLESPACE fails in a transaction, which several statements in one -c are",
  },
  {
    fixtures: ["operations/postgresql.role/role_update_noop"],
    in: ["commands", "noop"],
    reason: "the fixture's fact says superuser where the real one says super: whoever looks for superuser " +
      "changes the role in each run",
  },
  {
    fixtures: ["operations/puppet.agent/run_agent"],
    in: ["commands"],
    reason: "with -t, the agent exits with 2 when it has changed something, which is no failure",
  },
  {
    fixtures: ["facts/rpm.RpmPackageProvides/*"],
    in: ["command", "requires"],
    reason: "rpm's own database tells what provides something here: repoquery is not on minimal hosts, and " +
      "fetches the lists of all repositories for each name",
  },
  {
    fixtures: ["facts/runit.RunitManaged/*", "facts/runit.RunitStatus/*"],
    in: ["command"],
    reason: "a host without the directory has no services, and fails nothing; BusyBox's find knows no " +
      "-printf; paths are quoted",
  },
  {
    fixtures: ["operations/runit.service/enable"],
    in: ["commands"],
    reason:
      "a service that is to run gets no passing file `down`: a run that is cut short would leave it so " +
      "that it does not start at boot; who waits in vain is told for what",
  },
  {
    fixtures: ["facts/selinux.FileContextMapping/*"],
    in: ["command"],
    reason: "dash has no pipefail; the target is a text to look for, not an expression, and no part of a " +
      "longer one",
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
    fixtures: ["operations/server.reboot/reboot"],
    in: ["commands"],
    reason: "the reboot outlives the session that orders it, and only another boot id proves that it " +
      "happened",
  },
  {
    fixtures: ["operations/server.script/*", "operations/server.script_template/script"],
    in: ["commands"],
    reason: "one private upload with its mode, which the command that runs it removes, also when it fails",
  },
  {
    fixtures: ["operations/server.wait/port"],
    in: ["commands"],
    reason: "grep takes port 2222 for 22, needs netstat, and never gives up: ours compares exactly, reads " +
      "the kernel's tables, and has a timeout",
  },
  {
    fixtures: ["operations/ssh.download/download", "operations/ssh.download/download_exists_force"],
    in: ["commands"],
    reason: "half a file, as a broken connection leaves it, would pass for the whole one in the next run",
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
    fixtures: ["operations/zfs.snapshot/create"],
    in: ["commands"],
    reason: "`snap` is a later short form of `snapshot`, which every ZFS knows",
  },
];
