# Installs what package-lock.json names, when it changed. Sourced after node.sh.

install_packages() {
  # Inside node_modules: `npm ci` empties that folder first, so an interrupted run leaves no stamp.
  local stamp=$root/node_modules/.installed-lock log=$root/.cache/npm-ci.log
  cd "$root"
  if cmp -s package-lock.json "$stamp"; then
    return
  fi
  require_writable_project
  mkdir -p "$root/.cache"
  use_npm
  say 'Installing packages …'
  run_npm ci --no-progress --loglevel error --fetch-retries 2 --fetch-retry-mintimeout 2000 --fetch-retry-maxtimeout 5000 >"$log" 2>&1 ||
    fail_with_log "$log" 'The packages could not be installed.'
  cp package-lock.json "$stamp"
}
