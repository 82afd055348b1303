# What the tests need from the operating system. Sourced after common.sh.

# The browser that the end-to-end tests shall use, in the variable they read it from.
have_chromium() {
  [ -z "${CHROMIUM:-}" ] || return 0
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || return 1
  export CHROMIUM
}

have_postgresql() {
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

have_nats() {
  command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ]
}

# Installs with apt what is missing. Where that is not possible it says what to install and goes on:
# the suites that need it then fail, the others still tell something.
need_system_packages() {
  local missing=
  have_chromium || missing="$missing chromium"
  have_postgresql || missing="$missing postgresql"
  have_nats || missing="$missing nats-server"
  install_missing "$missing"
  have_chromium || true
}

# What the benches that put load on a server need.
need_packages_for_load() {
  local missing=
  command -v wrk >/dev/null || missing="$missing wrk"
  have_postgresql || missing="$missing postgresql"
  install_missing "$missing"
}

install_missing() {
  local missing=$1
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    say_missing 'Only root can install it' "$missing"
  elif ! command -v apt-get >/dev/null; then
    say_missing 'There is no apt-get here' "$missing"
  else
    install_with_apt "$missing"
  fi
}

say_missing() {
  local package
  for package in $2; do
    say "$1: install the package $package and run this again."
  done
}

install_with_apt() {
  local missing=$1 log=$root/.cache/apt.log
  mkdir -p "$root/.cache"
  say "Installing$missing …"
  # The lists of packages may be absent or old; only then are they fetched.
  if ! apt_install "$missing" >"$log" 2>&1; then
    { apt-get update -qq && apt_install "$missing"; } >"$log" 2>&1 || {
      tail -n 5 "$log"
      say_missing 'apt could not install it' "$missing"
    }
  fi
}

apt_install() {
  # Unquoted on purpose: a list of words.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1
}
