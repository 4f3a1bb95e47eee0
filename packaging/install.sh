#!/bin/sh
# Installs Parley's client, and with --server its server, for this machine and this user.
#
# It takes them from a release: a folder on the web with archives and their SHA256SUMS. Each release
# has a copy of this script that knows its folder; another one is named by PARLEY_DOWNLOADS. Nothing
# is put in place before everything was downloaded, matched its checksum and ran.
set -eu

# A release writes its own address here.
RELEASE='@DOWNLOADS@'

usage='Usage: install.sh [--server] [--to DIRECTORY]

  --server         install parley-server besides parley
  --to DIRECTORY   where to (default: ~/.local/bin)

PARLEY_DOWNLOADS names the folder of the release: https://...'

say() {
  printf '%s\n' "$1"
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

misuse() {
  printf 'install.sh: %s. See install.sh --help.\n' "$1" >&2
  exit 2
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# Prints the platform, as archives are named after it.
platform() {
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=macos ;;
    *) fail "there is no Parley for $(uname -s); on Windows, download the .zip and unpack it" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) processor=x86_64 ;;
    aarch64 | arm64) processor=aarch64 ;;
    *) fail "there is no Parley for $(uname -s) on $(uname -m)" ;;
  esac
  # A shell that Rosetta translates takes an Apple processor for Intel's.
  if [ "$system" = macos ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    processor=aarch64
  fi
  printf '%s\n' "$system-$processor"
}

# download URL FILE
download() {
  if has curl; then
    # With curl, what begins over https stays there; wget follows wherever it is sent.
    case $1 in
      https:*) protocols='=https' ;;
      *) protocols='=http,https' ;;
    esac
    curl -fsSL --proto "$protocols" -o "$2" "$1" && return
  else
    wget -q -O "$2" "$1" && return
  fi
  fail "cannot download $1; check the address and your network"
}

# Prints the SHA-256 of a file, in hexadecimal.
checksum() {
  if has sha256sum; then
    sha256sum <"$1"
  elif has shasum; then
    shasum -a 256 <"$1"
  else
    openssl dgst -sha256 -r <"$1"
  fi | cut -d ' ' -f 1
}

# Prints "CHECKSUM ARCHIVE" for a program, as SHA256SUMS has it; nothing where it has none.
listed() {
  while read -r sum name; do
    name=${name#\*}
    case $name in
      */*) ;;
      "$1"-[0-9]*-"$2".tar.gz)
        printf '%s %s\n' "$sum" "$name"
        return
        ;;
    esac
  done <"$work/SHA256SUMS"
}

# fetch PROGRAM PLATFORM: leaves the program in $work, checked.
fetch() {
  line=$(listed "$1" "$2")
  [ -n "$line" ] || fail "$downloads/SHA256SUMS lists no $1 for $2"
  archive=${line#* }
  say "Downloading $downloads/$archive"
  download "$downloads/$archive" "$work/$archive"
  found=$(checksum "$work/$archive")
  [ "$found" = "${line%% *}" ] ||
    fail "$archive is not what SHA256SUMS says; it was damaged or replaced on its way. Try again"
  folder=${archive%.tar.gz}
  tar -xzf "$work/$archive" -C "$work" "$folder/$1" || fail "cannot unpack $1 from $archive"
  mv "$work/$folder/$1" "$work/$1"
  chmod 755 "$work/$1"
  version=$("$work/$1" --version 2>&1) || fail "$1 does not run on this machine: $version"
}

# place PROGRAM: it appears whole, under its name, even over one that runs.
place() {
  mv -f "$work/$1" "$to/$1" || fail "cannot replace $to/$1"
  say "Installed $to/$1: $("$to/$1" --version)"
}

next_steps() {
  say ''
  case :$PATH: in
    *":$to:"*) ;;
    *)
      say "$to is not in your PATH. Add it, here and in your shell's profile:"
      say "  export PATH=\"$to:\$PATH\""
      say ''
      ;;
  esac
  if [ "$server" = yes ]; then
    say 'To serve, in a folder of its own:'
    say '  parley-server subscriber add alice bob'
    say '  parley-server --host 0.0.0.0'
    say ''
  fi
  say 'To chat: parley setup'
}

# All of it is a function, so that a script that arrives in part does nothing.
main() {
  server=no
  to=
  while [ $# -gt 0 ]; do
    case $1 in
      --server) server=yes ;;
      --to)
        [ $# -gt 1 ] || misuse '--to takes a folder'
        to=$2
        shift
        ;;
      --help)
        say "$usage"
        exit
        ;;
      *) misuse "\"$1\" is not a flag" ;;
    esac
    shift
  done

  downloads=${PARLEY_DOWNLOADS:-$RELEASE}
  case $downloads in
    http://* | https://*) downloads=${downloads%/} ;;
    *) fail 'which release? Set PARLEY_DOWNLOADS to the address of its folder (https://...)' ;;
  esac
  if [ -z "$to" ]; then
    [ -n "${HOME:-}" ] || fail 'HOME is not set; name a folder with --to'
    to=$HOME/.local/bin
  fi

  target=$(platform)
  has tar || fail 'there is no tar here; install it'
  has curl || has wget || fail 'there is neither curl nor wget here; install one of them'
  has sha256sum || has shasum || has openssl ||
    fail 'there is none of sha256sum, shasum and openssl here, to check a download; install one'
  mkdir -p -- "$to" || fail "cannot make $to; name another folder with --to"
  # With it, cd could go elsewhere, and says where it went.
  unset CDPATH
  to=$(cd -- "$to" && pwd)
  # Inside, because only a move within one file system is all or nothing.
  work=$(mktemp -d "$to/.parley.XXXXXX") ||
    fail "cannot write to $to; name another folder with --to"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM

  programs=parley
  [ "$server" = no ] || programs='parley parley-server'
  for program in $programs; do
    # A program would be moved into it.
    [ ! -d "$to/$program" ] || fail "$to/$program is a folder; name another folder with --to"
  done
  download "$downloads/SHA256SUMS" "$work/SHA256SUMS"
  for program in $programs; do fetch "$program" "$target"; done
  for program in $programs; do place "$program"; done
  next_steps
}

main "$@"
