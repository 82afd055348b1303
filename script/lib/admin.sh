# Builds the admin application when what it is made of has changed. Sourced after node.sh.

build_admin() {
  local stamp=$root/.cache/admin-built-from hash log=$root/.cache/admin-build.log
  cd "$root"
  hash=$(node script/lib/hash-files.mjs packages/admin/src packages/admin/public packages/admin/index.html \
    packages/admin/package.json packages/admin/vite.config.ts packages/admin/tsconfig.json \
    packages/contract/src docs/guide tsconfig.base.json package-lock.json)
  if [ -f packages/admin/dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$hash" ]; then
    return
  fi
  require_writable_project
  mkdir -p "$root/.cache"
  use_npm
  say 'Building the admin application …'
  run_npm run --silent build --workspace @chatgate/admin >"$log" 2>&1 ||
    fail_with_log "$log" 'The admin application could not be built.'
  printf '%s\n' "$hash" >"$stamp"
}
