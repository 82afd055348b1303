# Shared by the scripts of this folder, which source it. Plain enough for the bash 3.2 of macOS.

set -eu

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
wanted_major=24
# Used only where the npm beside an old Node does not run with a newer one (Debian's does not).
npm_version=11.19.1

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# A temporary folder inside the project, so that a finished file is moved into place by one rename.
make_temporary() {
  mkdir -p "$root/.cache" && mktemp -d "$root/.cache/tmp.XXXXXX"
}

require_writable_project() {
  [ -w "$root" ] || fail "$(id -un) may not write to $root. Run this as its owner, or clone it again."
}

# Says what failed and, unless it is the network, what the log says last; then ends.
fail_with_log() {
  local log=$1 sentence=$2
  if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|SELF_SIGNED|UNABLE_TO_GET_ISSUER' "$log"; then
    fail "$sentence The npm registry cannot be reached: check the network and npm's proxy settings. ($log)"
  fi
  tail -n 15 "$log" >&2
  fail "$sentence"
}
