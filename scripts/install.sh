#!/bin/sh
# Installs Drover for this user: downloads the release for this system, compares checksums, then puts it in place.
#
#   DROVER_RELEASE_URL   folder of the release (http:, https: or file:); releases carry their own
#   DROVER_INSTALL_DIR   where to put it; ~/.local/bin by default
set -eu

url=${DROVER_RELEASE_URL:-@RELEASE_URL@}
folder=${DROVER_INSTALL_DIR:-${HOME:?HOME is not set; set DROVER_INSTALL_DIR}/.local/bin}
work=

fail() {
  printf 'install.sh: %s\n' "$@" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

clean() {
  [ -z "$work" ] || rm -rf "$work"
}

system() {
  case $(uname -s) in
  Linux) kernel=linux ;;
  Darwin) kernel=macos ;;
  *) fail "There is no Drover for $(uname -s); on Windows, download drover-windows-x64.exe from $url" ;;
  esac
  case $(uname -m) in
  x86_64 | amd64) machine=x64 ;;
  arm64 | aarch64) machine=arm64 ;;
  *) fail "There is no Drover for machines of the kind $(uname -m)" ;;
  esac
  # A translated shell on Apple's processors says x86_64.
  if [ "$kernel-$machine" = macos-x64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    machine=arm64
  fi
  if [ "$kernel" = linux ] && ldd --version 2>&1 | grep -qi musl; then
    fail "Drover needs the GNU C library; this system has musl"
  fi
  printf '%s-%s' "$kernel" "$machine"
}

# download NAME FILE
download() {
  case $url in
  file://*) cp "${url#file://}/$1" "$2" ;;
  *)
    if has curl; then curl --fail --silent --show-error --location --output "$2" "$url/$1"
    elif has wget; then wget -q -O "$2" "$url/$1"
    else fail "Neither curl nor wget is installed"; fi
    ;;
  esac || fail "Cannot download $url/$1"
}

checksum() {
  if has sha256sum; then sha256sum <"$1"
  elif has shasum; then shasum -a 256 <"$1"
  elif has openssl; then openssl dgst -sha256 -r <"$1"
  else fail "sha256sum, shasum or openssl is needed to verify the download"; fi | cut -d ' ' -f 1
}

# The checksum that the release gives for a file.
expected() {
  while read -r sum name; do
    [ "${name#\*}" != "$1" ] || printf '%s' "$sum"
  done <"$work/SHA256SUMS"
}

main() {
  case $url in
  @*) fail "Set DROVER_RELEASE_URL to the folder of a release" ;;
  esac
  name=drover-$(system)
  mkdir -p "$folder"
  # In the folder itself, so that the last step is a rename.
  work=$(mktemp -d "$folder/.drover-install-XXXXXX")
  trap clean EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  download SHA256SUMS "$work/SHA256SUMS"
  wanted=$(expected "$name")
  [ -n "$wanted" ] || fail "The release at $url has no $name"
  download "$name" "$work/drover"
  found=$(checksum "$work/drover")
  [ "$found" = "$wanted" ] || fail "$name is not what the release says: nothing was installed" \
    "expected $wanted" "found    $found"
  chmod 755 "$work/drover"
  version=$("$work/drover" --version) || fail "$name does not start on this system: nothing was installed"
  mv -f "$work/drover" "$folder/drover"
  printf 'Installed %s as %s\n' "$version" "$folder/drover"
  case :$PATH: in
  *":$folder:"*) ;;
  *) printf 'Note: %s is not in PATH\n' "$folder" ;;
  esac
}

# Called at the end, so that a script that was cut short does nothing.
main
