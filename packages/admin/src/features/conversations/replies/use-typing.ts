import { useLocalStorage } from '@mantine/hooks';
import { useCallback, useEffect, useRef } from 'react';
import { sendTyping } from '../api/replies.ts';

/** Messenger shows the dots for 20 seconds. */
const AGAIN_MS = 10_000;
const STOPPED_MS = 5_000;

/**
 * Tells the customer that somebody is writing, if the person here wants that. Off at first: it is
 * the person's own presence that is shown.
 */
export function useTyping(conversationId: string) {
  const [isShown, setShown] = useLocalStorage({
    key: 'chatgate.shows-typing',
    defaultValue: false,
  });
  const toldAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const stopped = useCallback(() => {
    clearTimeout(timer.current);
    if (toldAt.current === 0) return;
    toldAt.current = 0;
    // A sign that gets lost is no failure anybody needs to read about.
    sendTyping(conversationId, false).catch(() => undefined);
  }, [conversationId]);

  const typed = useCallback(() => {
    if (!isShown) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(stopped, STOPPED_MS);
    if (Date.now() - toldAt.current < AGAIN_MS) return;
    toldAt.current = Date.now();
    sendTyping(conversationId, true).catch(() => undefined);
  }, [conversationId, isShown, stopped]);

  /** The message itself takes the dots away. */
  const sent = useCallback(() => {
    clearTimeout(timer.current);
    toldAt.current = 0;
  }, []);

  useEffect(() => stopped, [stopped]);
  return { isShown, setShown, typed, sent };
}
