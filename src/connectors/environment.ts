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

let known: Readonly<Record<string, string>> | undefined;

/** This process' environment without what is nobody's business: tokens, keys, settings of other programs. */
export function minimalEnvironment(): Readonly<Record<string, string>> {
  known ??= Object.fromEntries(
    NAMES.map((name) => [name, Deno.env.get(name)]).filter((pair): pair is [string, string] =>
      pair[1] !== undefined
    ),
  );
  return known;
}
