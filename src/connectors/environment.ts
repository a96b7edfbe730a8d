/** The environment that programs of this machine are started with: what they need, and nothing else. */

/** Names that the shell, ssh and container programs look at. */
const NAMES = [
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TERM", "TZ", "LANG", "LANGUAGE"],
  ...["SSH_AUTH_SOCK", "KRB5CCNAME", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
  ...["XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DBUS_SESSION_BUS_ADDRESS"],
  ...[
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
    "CONTAINER_HOST",
  ],
  ...["LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_MESSAGES", "LC_NUMERIC", "LC_TIME", "LC_MONETARY"],
];

/** This process' environment without what is nobody's business: tokens, keys, settings of other programs. */
export function minimalEnvironment(): Record<string, string> {
  const pairs = NAMES.map((name) => [name, valueOf(name)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function valueOf(name: string): string | undefined {
  const value = Deno.env.get(name);
  // Deno puts a stand-in for Node into the PATH of what it starts; hosts are to see what they really have.
  const parts = name === "PATH" ? value?.split(":") : undefined;
  return parts?.filter((part) => !part.includes("node_compat_bin")).join(":") ?? value;
}
