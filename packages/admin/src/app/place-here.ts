/**
 * A place inside this application, in signs that may stand in an address; undefined for another
 * origin, and for what browsers take for one: they drop tabs and line ends, so `/<tab>/host` is `//host`.
 */
export function placeHere(text: string | undefined): string | undefined {
  if (!text?.startsWith('/') || !URL.canParse(text, 'http://here')) {
    return undefined;
  }
  const { host, pathname, search, hash } = new URL(text, 'http://here');
  return host === 'here' && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : undefined;
}
