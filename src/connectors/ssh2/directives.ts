/** What each directive of OpenSSH's configuration means to the bundled transport. */

/** Directives that the transport follows. */
const FOLLOWED: ReadonlySet<string> = new Set([
  "addressfamily",
  "connecttimeout",
  "forwardagent",
  "globalknownhostsfile",
  "hashknownhosts",
  "hostkeyalias",
  "hostname",
  "identitiesonly",
  "identityagent",
  "identityfile",
  "kbdinteractiveauthentication",
  "passwordauthentication",
  "port",
  "preferredauthentications",
  "proxyjump",
  "pubkeyauthentication",
  "sendenv",
  "serveralivecountmax",
  "serveraliveinterval",
  "setenv",
  "stricthostkeychecking",
  "user",
  "userknownhostsfile",
]);

/** Directives without effect on sessions like ours, or that Drover overrules for OpenSSH as well. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "addkeystoagent",
  "batchmode",
  "canonicaldomains",
  "canonicalizefallbacklocal",
  "canonicalizemaxdots",
  "canonicalizepermittedcnames",
  "casignaturealgorithms",
  "clearallforwardings",
  "controlmaster",
  "controlpath",
  "controlpersist",
  "dynamicforward",
  "enableescapecommandline",
  "enablesshkeysign",
  "escapechar",
  "exitonforwardfailure",
  "fingerprinthash",
  "forkafterauthentication",
  "forwardx11",
  "forwardx11timeout",
  "forwardx11trusted",
  "gatewayports",
  "gssapiclientidentity",
  "gssapidelegatecredentials",
  "gssapikexalgorithms",
  "gssapirenewalforcesrekey",
  "gssapiserveridentity",
  "gssapitrustdns",
  "hostbasedacceptedalgorithms",
  "ignoreunknown",
  "ipqos",
  "localcommand",
  "localforward",
  "loglevel",
  "logverbose",
  "numberofpasswordprompts",
  "obscurekeystroketiming",
  "permitlocalcommand",
  "permitremoteopen",
  "proxyusefdpass",
  "refuseconnection",
  "remotecommand",
  "remoteforward",
  "requesttty",
  "sessiontype",
  "stdinnull",
  "streamlocalbindmask",
  "streamlocalbindunlink",
  "syslogfacility",
  "tag",
  "tcpkeepalive",
  "tunneldevice",
  "updatehostkeys",
  "visualhostkey",
  "warnweakcrypto",
  "xauthlocation",
]);

/** Directives that only OpenSSH can follow, except with these values, which are what happens anyway. */
const OPENSSH_ONLY: Readonly<Record<string, readonly string[]>> = {
  bindaddress: [],
  bindinterface: [],
  canonicalizehostname: ["no"],
  certificatefile: ["none"],
  channeltimeout: ["none"],
  checkhostip: ["no"],
  ciphers: [],
  compression: ["no"],
  connectionattempts: ["1"],
  gssapiauthentication: ["no"],
  gssapikeyexchange: ["no"],
  hostbasedauthentication: ["no"],
  hostkeyalgorithms: [],
  kbdinteractivedevices: [],
  kexalgorithms: [],
  knownhostscommand: ["none"],
  macs: [],
  nohostauthenticationforlocalhost: ["no"],
  pkcs11provider: ["none"],
  proxycommand: ["none"],
  pubkeyacceptedalgorithms: [],
  rekeylimit: ["default", "default none", "0 0"],
  requiredrsasize: ["1024"],
  revokedhostkeys: ["none"],
  securitykeyprovider: ["internal"],
  tunnel: ["no"],
  verifyhostkeydns: ["no"],
};

/** Other names of directives. */
const ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: "kbdinteractiveauthentication",
  hostbasedkeytypes: "hostbasedacceptedalgorithms",
  identityfile2: "identityfile",
  keepalive: "tcpkeepalive",
  pubkeyacceptedkeytypes: "pubkeyacceptedalgorithms",
  skeyauthentication: "kbdinteractiveauthentication",
  smartcarddevice: "pkcs11provider",
  tisauthentication: "kbdinteractiveauthentication",
};

/** The name that a directive goes by. */
export function canonicalName(name: string): string {
  return ALIASES[name] ?? name;
}

/** Whether the bundled transport behaves as OpenSSH would with this directive in force. */
export function isUnderstood(name: string, args: readonly string[], kerberos: boolean): boolean {
  if (FOLLOWED.has(name) || WITHOUT_EFFECT.has(name)) return true;
  // Debian and Red Hat switch it on for everybody: it does nothing for those without a ticket.
  if (name === "gssapiauthentication" && !kerberos) return true;
  return OPENSSH_ONLY[name]?.includes(args.join(" ").toLowerCase()) ?? false;
}
