/** `drover completions SHELL`: scripts that ask `drover __complete` what may come next. */

import { didYouMean, DroverError } from "../errors/mod.ts";
import { EXIT } from "../usage/exit_status.ts";
import { writeOut } from "../usage/output.ts";

/**
 * Bash gives the line rather than its words, as it takes words apart at `=`, `:` and `@`, and expects what
 * comes after the last of these.
 */
const BASH = `# Completion of drover for bash: source <(drover completions bash)
_drover() {
  local line="\${COMP_LINE:0:COMP_POINT}" candidate
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    COMPREPLY+=("$candidate")
  done < <(command drover __complete --line "$COMP_WORDBREAKS" "$line" 2>/dev/null </dev/null)
  if [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == *[=/.,] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _drover drover
`;

const ZSH = `#compdef drover
# Completion of drover for zsh: source <(drover completions zsh), after compinit
_drover() {
  local -a lines whole open whole_shown open_shown
  local line candidate shown
  lines=("\${(@f)$(command drover __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  for line in $lines; do
    candidate=\${line%%$'\\t'*}
    shown=$candidate
    [[ $line == *$'\\t'* ]] && shown="$candidate  -- \${line#*$'\\t'}"
    if [[ $candidate == *[=/.,] ]]; then
      open+=("$candidate") open_shown+=("$shown")
    else
      whole+=("$candidate") whole_shown+=("$shown")
    fi
  done
  (( $#open )) && compadd -l -S '' -d open_shown -a open
  (( $#whole )) && compadd -l -d whole_shown -a whole
  (( $#open + $#whole ))
}
if [[ $funcstack[1] == _drover ]]; then
  _drover "$@"
else
  compdef _drover drover
fi
`;

const FISH = `# Completion of drover for fish: drover completions fish | source
function __drover_complete
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    command drover __complete -- $words[2..] (commandline --current-token --cut-at-cursor) 2>/dev/null </dev/null
end
complete --command drover --no-files --keep-order --arguments '(__drover_complete)'
`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** Shells that have a script. */
export const SHELLS: readonly string[] = Object.keys(SCRIPTS);

/** Runs `drover completions SHELL`. */
export function completions(words: readonly string[]): number {
  const [shell, more] = words;
  const script = shell === undefined ? undefined : SCRIPTS[shell];
  if (shell === undefined) {
    throw new DroverError("E_USAGE", "completions needs the name of a shell", {
      hint: `drover completions ${SHELLS.join("|")}`,
    });
  }
  if (script === undefined) {
    throw new DroverError("E_USAGE", `There are no completions for "${shell}"`, {
      hint: didYouMean(shell, SHELLS) ?? `they are made for ${SHELLS.join(", ")}`,
    });
  }
  if (more !== undefined) throw new DroverError("E_USAGE", `completions takes one shell, not also "${more}"`);
  writeOut(script);
  return EXIT.ok;
}
