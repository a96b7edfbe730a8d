#!/bin/sh
# Drover @VERSION@ for @TARGET@, in one file: this script, Drover's files, the Deno runtime.
# The first start unpacks them into ${XDG_CACHE_HOME:-~/.cache}/drover; docs/portable.md tells the rest.
case ${XDG_CACHE_HOME-} in /*) cache=$XDG_CACHE_HOME ;; *) cache=${HOME:+$HOME/.cache} ;; esac
run() {
  here=$1
  shift
  DROVER_OUTER_DENO_DIR=${DENO_DIR-} DROVER_OUTER_DENO_NO_UPDATE_CHECK=${DENO_NO_UPDATE_CHECK-}
  DROVER_OUTER_DENO_DISABLE_NODE_SHIM=${DENO_DISABLE_NODE_SHIM-}
  export PATH DROVER_OUTER_DENO_DIR DROVER_OUTER_DENO_NO_UPDATE_CHECK DROVER_OUTER_DENO_DISABLE_NODE_SHIM
  DENO_DIR=$here/deno_dir DENO_NO_UPDATE_CHECK=1 DENO_DISABLE_NODE_SHIM=1
  export DENO_DIR DENO_NO_UPDATE_CHECK DENO_DISABLE_NODE_SHIM
  # Types are checked by the runtime itself. What may be started may not be removed, though.
  own=,$here/deno
  case ${DROVER_TEMPORARY-}$here in *,* | "$here$here") own= ;; esac
  exec "$here/deno" run "@PROGRAMS_FLAG@$own" @FLAGS@ --config "$here/app/deno.json" "$here/app/start.ts" "$@"
}
unset DROVER_TEMPORARY
if [ -e "$cache/drover/@ID@/ready" ] && [ -n "$cache" ]; then run "$cache/drover/@ID@" "$@"; fi

# From here on: the first start. Only the shell itself is relied on; what it lacks is said where it matters.
file= answer=
clean() {
  case $answer in temporary\ *) rm -rf "${answer#* }" ;; esac
  [ -n "$file" ] || return 0
  # Without rm, the room at least is given back.
  for one in "$file" "$file.x"; do [ ! -e "$one" ] || : >|"$one"; done
  rm -f "$file" "$file.x" 2>&-
}
fail() {
  clean
  printf 'drover: %s\n' "$@" >&2
  exit 71
}
has() { [ -n "$(command -v "$1")" ]; }
# Empty files of our own in a folder, that nobody else can have put there: for the runtime, and for scraps.
claim() {
  [ -d "$1" ] && [ -w "$1" ] || return 1
  for number in 1 2 3 4 5 6 7 8 9; do
    file=$1/.drover-unpack-$$-$number
    (umask 077 && set -C && : >"$file" && : >"$file.x") 2>&- && return
  done
  file=
  return 1
}
# Bytes of the runtime on standard output: by tail, dd, or a program of @COPIER_SIZE@ bytes that printf writes.
copy() {
  if has tail; then tail -c +@RUNTIME_FROM_1@ "$0"
  elif has dd; then dd if="$0" bs=@BLOCK@ skip=@RUNTIME_BLOCK@ 2>|"$file.x"
  elif [ -e "@LOADER@" ] && [ @COPIER_SIZE@ -gt 0 ]; then
    printf '@COPIER@' >|"$file.x" && "@LOADER@" "$file.x" <"$0"
  else fail "The first start needs the program tail or dd, which this system lacks"; fi
}
# The runtime does the rest: see unpack.ts. Fails where nothing can be written or started.
unpack_in() {
  claim "$1" || return 1
  copy >|"$file" || fail "Cannot unpack into $1: is there room for @NEEDED_MB@ MB?" \
    "Set XDG_CACHE_HOME to a folder with more room, or remove old versions from $cache/drover"
  # Without chmod, the loader of the C library starts it.
  starter=
  chmod 700 "$file" 2>&- || starter=@LOADER@
  { $starter "$file" --version; } >|"$file.x" 2>&1
  if [ $? -eq 126 ]; then clean; cache=; return 1; fi
  # It takes a moment, and is not to be interrupted: we clean up behind it.
  answer=$(
    trap '' INT TERM HUP
    DENO_DIR=$file/none DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1 NO_COLOR=1
    export DENO_DIR DENO_NO_UPDATE_CHECK DENO_NO_PACKAGE_JSON NO_COLOR
    $starter "$file" eval --quiet --no-config --no-lock --ext=ts @UNPACK@ "$file" "$0" "$cache" '@FACTS@'
  )
  status=$?
  [ $status -ne 71 ] || { clean; exit 71; }
  [ $status -eq 0 ] || fail "The runtime in $0 does not start (status $status)" \
    "It needs @TARGET@ with glibc 2.27 or newer and libgcc_s; or the file is damaged: download it again"
}
trap 'clean; trap - INT; kill -INT $$' INT
trap 'clean; trap - TERM; kill -TERM $$' TERM
trap 'clean; trap - HUP; kill -HUP $$' HUP
[ -r "$0" ] || fail "Cannot read $0 to unpack it"
[ -z "@LOADER@" ] || [ -e /proc/self ] || fail "/proc is not there; the runtime needs it: mount -t proc proc /proc"
[ -z "$cache" ] || [ -d "$cache/drover" ] || (umask 077 && mkdir -p "$cache/drover") 2>&-
unpack_in "${cache:+$cache/drover}" || unpack_in "$cache" || unpack_in "${TMPDIR:-/tmp}" || unpack_in /tmp ||
  fail "Nothing can be written or started in ${XDG_CACHE_HOME:-${HOME-}/.cache} and ${TMPDIR:-/tmp}" \
    "Set XDG_CACHE_HOME or TMPDIR to a folder with @NEEDED_MB@ MB of room"
trap - INT TERM HUP
case $answer in
temporary\ *) DROVER_TEMPORARY=${answer#* } && export DROVER_TEMPORARY ;;
esac
run "${answer#* }" "$@"
exit 71
