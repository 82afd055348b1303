// Prints one hash over the names and contents of all files under the given paths.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';

const hash = createHash('sha256');
for (const path of process.argv.slice(2).filter((given) => existsSync(given))) {
  const files = statSync(path).isFile() ? [path] : globSync(`${path}/**`).sort();
  for (const file of files.filter((name) => statSync(name).isFile())) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
}
console.log(hash.digest('hex'));
