/** OpenDKIM with a key for each domain; without `dkim`, none of it but the keys. */

import { anyChanged, facts, host, sh } from "drover";
import { apt, files, server } from "drover/operations";

const packages = ["opendkim", "opendkim-tools"];

if (host.data.dkim) await install();
else await remove();

async function install(): Promise<void> {
  await apt.packages({ name: "Install OpenDKIM", packages, noRecommends: true });
  for (const domain of host.data.domains) await generateKey(domain);
  const { domains, dkim_selector: selector, dkim_port: port, listen_address: address } = host.data;
  const data = { domains, selector, port, address, trusted: host.data.trusted_networks };
  const config = await files.template({
    name: "Configure OpenDKIM",
    src: "templates/opendkim.conf.j2",
    dest: "/etc/opendkim.conf",
    mode: 644,
    data,
  });
  const tables = [];
  for (const table of ["key.table", "signing.table", "trusted.hosts"]) {
    tables.push(
      await files.template({
        name: `Write OpenDKIM's ${table}`,
        src: `templates/${table}.j2`,
        dest: `/etc/opendkim/${table}`,
        mode: 644,
        data,
      }),
    );
  }
  await server.service({ name: "Start OpenDKIM", service: "opendkim", running: true, enabled: true });
  await server.service({
    name: "Restart OpenDKIM",
    service: "opendkim",
    restarted: true,
    _if: anyChanged(config, ...tables),
    _precondition: "opendkim -n -x /etc/opendkim.conf",
  });
}

/** A key that is there is kept: its public half stands in the DNS. */
async function generateKey(domain: string): Promise<void> {
  const directory = `/etc/dkimkeys/${domain}`;
  const selector = host.data.dkim_selector;
  await files.directory({
    name: `Make the directory for the key of ${domain}`,
    path: directory,
    user: "opendkim",
    group: "opendkim",
    mode: 700,
  });
  if (await host.getFact(facts.files.File, { path: `${directory}/${selector}.private` })) return;
  await server.shell({
    name: `Generate the key of ${domain}`,
    commands: [
      sh`opendkim-genkey --bits=2048 --domain=${domain} --selector=${selector} --directory=${directory}`,
    ],
    _sudoUser: "opendkim",
  });
}

async function remove(): Promise<void> {
  if (await host.getFact(facts.deb.DebPackage, { package: "opendkim" })) {
    await server.service({ name: "Stop OpenDKIM", service: "opendkim", running: false, enabled: false });
  }
  await apt.packages({ name: "Remove OpenDKIM", packages, present: false });
}
