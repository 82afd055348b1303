import { useCallback, useState } from 'react';

const keyOf = (personId: string, conversationId: string) =>
  `chatgate.draft.${personId}.${conversationId}`;

/** What was begun and not sent yet, per person and conversation; survives closing the tab. */
export function useDraft(
  personId: string,
  conversationId: string,
): readonly [string, (text: string) => void] {
  const key = keyOf(personId, conversationId);
  const [text, setText] = useState(() => read(key));
  const change = useCallback(
    (next: string) => {
      setText(next);
      write(key, next);
    },
    [key],
  );
  return [text, change];
}

// A browser may keep nothing for us (private windows, policies); then a draft lives with the page.
function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function write(key: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // See above.
  }
}
