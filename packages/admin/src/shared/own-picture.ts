/**
 * A picture that Chatgate itself serves, or nothing: the content security policy forbids others,
 * and Facebook's servers need not learn who looks at a conversation.
 */
export function ownPicture(url: string | null): string | null {
  return url?.startsWith('/') === true && !url.startsWith('//') ? url : null;
}
