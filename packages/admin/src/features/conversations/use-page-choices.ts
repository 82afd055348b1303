import type { Conversation } from '@chatgate/contract';
import { useMemo, useRef } from 'react';

interface PageChoice {
  readonly id: string;
  readonly name: string;
}

/**
 * The Pages to filter by: those whose conversations were seen so far. An agent may not read the
 * registry of Pages, so the conversations themselves have to name them.
 */
export function usePageChoices(
  conversations: readonly Conversation[] | undefined,
  chosen: string,
): readonly PageChoice[] {
  const seen = useRef(new Map<string, string>());
  return useMemo(() => {
    for (const { page } of conversations ?? []) seen.current.set(page.id, page.name);
    if (chosen !== '' && !seen.current.has(chosen)) seen.current.set(chosen, chosen);
    return [...seen.current]
      .map(([id, name]) => ({ id, name }))
      .sort((one, other) => one.name.localeCompare(other.name));
  }, [conversations, chosen]);
}
