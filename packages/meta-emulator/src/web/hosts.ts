const NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Keeps other web sites out that point their own name at this machine. */
export function isLoopbackHost(host: string | undefined): boolean {
  return URL.canParse(`http://${host}`) && NAMES.has(new URL(`http://${host}`).hostname);
}

/** A browser names the site that asks; programs name none. */
export const isLoopbackOrigin = (origin: string | undefined) =>
  origin === undefined || (URL.canParse(origin) && NAMES.has(new URL(origin).hostname));
