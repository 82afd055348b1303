/** What a person pasted, as far as text alone tells. */
export type PageAddress =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string };

const ID = /^[0-9]{5,32}$/;
/** https://www.facebook.com/help/105399436216001 */
const NAME = /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9.]{4,49}$/;
const FACEBOOK = /(^|\.)(facebook\.com|fb\.com|fb\.me|m\.me|messenger\.com)$/;
/** First segments of addresses that lead to no Page. */
const NOT_A_PAGE = new Set([
  'profile.php',
  'pages',
  'people',
  'groups',
  'events',
  'watch',
  'marketplace',
  'sharer',
  'share',
  'dialog',
  'login',
  'settings',
]);

/**
 * Reads a Page's number or user name out of what was pasted: the number, the name (with or without
 * @), or any of the addresses under which Facebook shows Pages. Numbers are taken from any host.
 */
export function readPageAddress(text: string): PageAddress | undefined {
  const trimmed = text.trim();
  if (ID.test(trimmed)) {
    return { kind: 'id', id: trimmed };
  }
  const bare = trimmed.replace(/^@/, '');
  const isAddress = /[/?]/.test(trimmed) || URL.canParse(trimmed);
  if (!isAddress) {
    return NAME.test(bare) && !FACEBOOK.test(bare) ? { kind: 'name', name: bare } : undefined;
  }
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  return URL.canParse(url) ? readUrl(new URL(url)) : undefined;
}

function readUrl(url: URL): PageAddress | undefined {
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const given = url.searchParams.get('asset_id') ?? url.searchParams.get('id');
  const id = [given ?? '', ...segments.map((segment) => segment.split('-').at(-1) ?? '')].find(
    (candidate) => ID.test(candidate),
  );
  if (id !== undefined) {
    return { kind: 'id', id };
  }
  const [first = ''] = segments;
  const isName = FACEBOOK.test(url.hostname) && NAME.test(first) && !NOT_A_PAGE.has(first);
  return isName ? { kind: 'name', name: first } : undefined;
}
