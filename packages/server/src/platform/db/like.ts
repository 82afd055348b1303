/** Turns a person's search, with `*` for anything, into a LIKE pattern (escape character `\`). */
export function likePattern(search: string): string {
  const escaped = search
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%');
  return `%${escaped}%`;
}
