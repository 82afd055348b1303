/** The value of a cookie, from the header as it came. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const start = `${name}=`;
  const pair = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(start));
  return pair?.slice(start.length);
}
