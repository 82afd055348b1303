import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useCallback, useEffect, useReducer, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../shared/api/api-error.ts';
import { attemptQuery, startConnect } from './api/connect.ts';
import { type ConnectEvent, initialConnect, pollEveryMs, reduceConnect } from './attempt-state.ts';
import { acceptMessage, openLogInWindow } from './log-in-window.ts';
import { forgetAttempt, recallAttempt, rememberAttempt } from './remembered-attempt.ts';

const WATCH_MS = 500;

/**
 * Runs *Add or Remove Pages* for one gateway: opens the window, begins the attempt, and follows it
 * by message, by live event (which invalidates the query) and by asking.
 * `onLeave` is called before the log-in takes over this very tab.
 */
export function useConnect(gatewayId: string, { onLeave }: { onLeave: () => void }) {
  const { t, i18n } = useTranslation();
  const [state, send] = useReducer(reduceConnect, initialConnect);
  const opened = useRef<Window>(undefined);

  useRecalledAttempt(gatewayId, send);
  const readRegistry = useReadRegistry(gatewayId);

  const begin = useCallback(
    async (where: 'window' | 'tab') => {
      try {
        const sameTab = where === 'tab';
        const started = await startConnect(gatewayId, sameTab ? { sameTab } : {});
        const { attemptId, url } = started;
        rememberAttempt(gatewayId, { attemptId, where });
        send({ type: 'started', attemptId, now: Date.now() });
        if (sameTab) {
          onLeave();
          window.location.assign(url);
        } else if (opened.current !== undefined) {
          opened.current.location.href = url;
        }
      } catch (error) {
        opened.current?.close();
        send({ type: 'refused', error });
      }
    },
    [gatewayId, onLeave],
  );

  const openWindow = useCallback(() => {
    opened.current = openLogInWindow({
      language: i18n.language,
      text: t('connect.opening'),
    });
    if (opened.current === undefined) return send({ type: 'blocked' });
    send({ type: 'pressed', where: 'window' });
    void begin('window');
    void readRegistry();
  }, [begin, readRegistry, i18n.language, t]);

  const continueInTab = useCallback(() => {
    send({ type: 'pressed', where: 'tab' });
    void begin('tab');
  }, [begin]);

  const dismiss = useCallback(() => {
    forgetAttempt(gatewayId);
    send({ type: 'dismissed' });
  }, [gatewayId]);

  const waiting = state.kind === 'waiting';
  useWindowMessages(gatewayId, { opened, send });
  useWatchedWindow(waiting, { opened, send });
  const attemptId = state.kind === 'waiting' ? state.attemptId : '';
  const attempt = useQuery({
    ...attemptQuery(gatewayId, attemptId),
    enabled: waiting,
    refetchInterval: pollEveryMs(state),
    refetchIntervalInBackground: true,
  });
  useEffect(() => {
    if (attempt.data === undefined) return;
    send({ type: 'read', attempt: attempt.data });
    if (attempt.data.status === 'pending') return;
    forgetAttempt(gatewayId);
    void readRegistry();
  }, [attempt.data, gatewayId, readRegistry]);

  const lost = attempt.error instanceof ApiError && attempt.error.code === 'not_found';
  useEffect(() => {
    if (lost) dismiss();
  }, [lost, dismiss]);

  return {
    state,
    openWindow,
    continueInTab,
    dismiss,
    stillLoggingIn: () => send({ type: 'stillLoggingIn' }),
    showWindow: () => opened.current?.focus(),
  };
}

interface WindowHook {
  readonly opened: RefObject<Window | undefined>;
  readonly send: (event: ConnectEvent) => void;
}

/** A reload, or the log-in within this tab, finds its attempt again. */
function useRecalledAttempt(gatewayId: string, send: WindowHook['send']): void {
  useEffect(() => {
    const remembered = recallAttempt(gatewayId);
    if (remembered === undefined) return;
    send({ type: 'started', attemptId: remembered.attemptId, now: Date.now() });
  }, [gatewayId, send]);
}

/** What the window says, from our own origin and from that very window only. */
function useWindowMessages(gatewayId: string, { opened, send }: WindowHook): void {
  const client = useQueryClient();
  useEffect(() => {
    const listen = (event: MessageEvent<unknown>) => {
      const expected = { origin: window.location.origin, source: opened.current };
      const attemptId = acceptMessage(event, expected);
      if (attemptId === undefined) return;
      send({ type: 'told', attemptId, now: Date.now() });
      void client.invalidateQueries({ queryKey: ['connect', gatewayId, attemptId] });
    };
    window.addEventListener('message', listen);
    return () => window.removeEventListener('message', listen);
  }, [client, gatewayId, opened, send]);
}

function useWatchedWindow(waiting: boolean, { opened, send }: WindowHook): void {
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => {
      const closed = opened.current?.closed ?? true;
      send({ type: 'windowSeen', closed, now: Date.now() });
    }, WATCH_MS);
    return () => clearInterval(timer);
  }, [waiting, opened, send]);
}

/** The registry is read again when the window opens and when the attempt ends. */
function useReadRegistry(gatewayId: string): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all(
      ['pages', 'accounts', 'gateway'].map((what) =>
        client.invalidateQueries({ queryKey: [what, gatewayId] }),
      ),
    );
  }, [client, gatewayId]);
}

export type Connect = ReturnType<typeof useConnect>;
