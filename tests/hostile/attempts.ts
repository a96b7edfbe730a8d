/** What hostile files try, and what has to come of it. */

/** One file that tries something. */
export interface Attempt {
  /** Below this folder: `deploys/kills_the_process.js`. */
  file: string;
  /** Exit status; by default 1, as for any deploy that fails. */
  status?: number;
  /** What the person is told. */
  says?: RegExp;
  /** More words on the command line. */
  words?: readonly string[];
  /** More files of the project; `OUTSIDE` stands for a folder that the project may not touch. */
  files?: Readonly<Record<string, string>>;
  /** Links of the project, by name. */
  links?: Readonly<Record<string, string>>;
}

/** Messages that are never valid end the run, and the exit status says that it was no failure of a host. */
function forged(name: string, says = /The deploy sent something that it may not/): Attempt {
  return { file: `deploys/${name}.js`, status: 70, says };
}

const REFUSED = /E_PERMISSION/;
const LINK = { link: "OUTSIDE" };

export const ATTEMPTS: readonly Attempt[] = [
  { file: "deploys/reads_standard_input.js", status: 0 },
  { file: "deploys/speaks_as_drover.js", status: 0 },
  { file: "deploys/moves_the_cursor.js", status: 0, says: /\\x1b\[2J.*harmless/ },
  { file: "deploys/kills_the_process.js", says: /refused 4 of 4/ },
  { file: "deploys/ends_the_program.js", says: /refused 7 of 7/ },
  { file: "deploys/moves_the_process.js", says: /stayed/ },
  { file: "deploys/starts_threads.js", says: /refused 4 of 4/ },
  { file: "deploys/changes_the_environment.js", words: ["--allow-env"], says: /stayed/ },
  { file: "deploys/catches_the_port.js", says: /not caught/ },
  forged("prepares_again"),
  { ...forged("operates_while_planning"), words: ["--dry"] },
  forged("operates_while_planning"),
  { ...forged("uploads_while_planning"), words: ["--dry"] },
  { ...forged("confirms_by_itself"), words: ["--dry"] },
  forged("finishes_early"),
  forged("finishes_with_forged_events"),
  forged("sends_null_message"),
  forged("sends_text_message"),
  forged("sends_list_message"),
  forged("sends_unknown_message"),
  forged("sends_map_message"),
  forged("sends_error_message"),
  forged("sends_bare_call"),
  forged("sends_unknown_method"),
  forged("sends_inherited_type"),
  forged("sends_stray_field"),
  forged("sends_interrupt_that_never_was"),
  forged("sends_old_number"),
  forged("sends_backend_event"),
  forged("sends_unknown_host"),
  forged("sends_standard_input"),
  forged("sends_prototype_in_event"),
  forged("sends_deep_data"),
  forged("sends_negative_size"),
  forged("sends_shared_bytes"),
  forged("sends_lists_of_lists"),
  forged("sends_what_holds_itself"),
  { file: "deploys/shows_lines_of_other_files.js", status: 65, says: /look here/ },
  { file: "deploys/pollutes_prototypes.js", status: 0, words: ["--dry"] },
  { file: "deploys/throws_what_bites.js" },
  { file: "deploys/imports_from_npm.js", status: 65, says: /nothing is downloaded/ },
  { file: "deploys/imports_from_jsr.js" },
  { file: "deploys/asks_for_permissions.js", says: /not granted/ },
  { file: "deploys/reads_through_a_link.js", links: LINK, says: REFUSED },
  { file: "deploys/imports_through_a_link.js", links: LINK, says: REFUSED },
  { file: "deploys/uploads_through_a_link.js", links: LINK, says: REFUSED },
  { file: "deploys/includes_through_a_link.js", links: LINK, says: REFUSED },
  {
    file: "deploys/renders_through_a_link.js",
    links: { "through.j2": "OUTSIDE/secret" },
    says: REFUSED,
  },
  { file: "deploys/downloads_into_hooks.js", says: REFUSED },
  { file: "deploys/downloads_into_hooks.js", words: ["--allow-write"], says: /decides about later runs/ },
  {
    file: "deploys/downloads_a_configuration.js",
    words: ["--allow-write"],
    says: /decides about later runs/,
  },
  { file: "deploys/downloads_over_the_deploy.js", says: /may not write/ },
  { file: "deploys/downloads_through_a_link.js", links: LINK, says: REFUSED },
  { file: "deploys/downloads_out_of_downloads.js", says: REFUSED },
  { file: "inventories/names_this_machine.js", status: 65, says: /run sh for the host @local/ },
  { file: "inventories/names_a_directory.js", status: 65, says: /run chroot for the host @chroot/ },
  { file: "inventories/prepares_by_itself.js", status: 65, says: /run sh for the host @local/ },
  { file: "inventories/requests_everything.js", status: 65, says: /run sh for the host @local/ },
  {
    file: "inventories/starts_a_proxy.js",
    status: 65,
    says: /run ssh with proxycommand/,
    words: ["--dry"],
    files: { ssh_config: "Host *\n  ProxyCommand touch OUTSIDE/written\n" },
  },
  {
    file: "inventories/starts_a_proxy.js",
    status: 65,
    says: /run ssh with match/,
    words: ["--dry"],
    files: { ssh_config: 'Match exec "touch OUTSIDE/written"\n  User x\n' },
  },
  {
    file: "inventories/starts_a_proxy.js",
    status: 4,
    says: /E_SSH_NAME.*ProxyJump/s,
    words: ["--dry"],
    files: { ssh_config: "Host *\n  ProxyJump x`touch${IFS}OUTSIDE/written`@127.0.0.1:9\n" },
  },
  {
    file: "inventories/starts_a_proxy.js",
    status: 4,
    says: /E_SSH_NAME.*HostName/s,
    words: ["--dry"],
    files: {
      ssh_config: "Host *\n  HostName \"x'`touch OUTSIDE/written`'\"\nHost web-01\n  ProxyJump 127.0.0.1:9\n",
    },
  },
  {
    file: "inventories/starts_a_proxy.js",
    status: 65,
    says: /run ssh with userknownhostsfile/,
    words: ["--dry"],
    files: { ssh_config: "Host *\n  UserKnownHostsFile OUTSIDE/authorized_keys\n" },
  },
  { file: "inventories/hides_a_command_in_a_name.js", status: 4, says: /E_SSH_NAME/ },
  { file: "inventories/hides_a_command_in_a_user.js", status: 4, says: /E_SSH_NAME/ },
  { file: "inventories/hides_a_directive_in_a_key.js", status: 4, says: /E_SSH_NAME/ },
  { file: "inventories/has_ssh_write_elsewhere.js", status: 65, says: /must hold "known_hosts"/ },
  { file: "configs/wants_everything.js", status: 0, says: /nobody has agreed to it/ },
  { file: "configs/changes_its_mind.js", status: 0 },
  { file: "configs/speaks_for_others.js", status: 0 },
  { file: "configs/ends_the_program.js", status: 65, says: /cannot end the program/ },
  { file: "configs/reads_elsewhere.js", status: 65, says: /secret/ },
];
