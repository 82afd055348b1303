import type { Page } from '@chatgate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../../shared/error-words.ts';
import { clearNotices, tellDone, tellFailed } from '../../shared/notice.ts';
import { changePages } from './api/pages.ts';
import { type Change, reduceChanges } from './changes.ts';
import { recallChanges, rememberChanges } from './remembered-changes.ts';
import { type SaveSummary, summaryOf } from './save-summary.ts';

/** The unsaved switches of one gateway, and applying them. */
export function useChanges(gatewayId: string, pages: readonly Page[]) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useErrorWords();
  const [changes, send] = useReducer(reduceChanges, gatewayId, recallChanges);
  const [restored] = useState(() => Object.keys(changes).length > 0);

  useEffect(() => rememberChanges(gatewayId, changes), [gatewayId, changes]);
  // Also after an answer: a refused row takes over the version that its own saving made.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the changes are what is settled
  useEffect(() => send({ type: 'pagesRead', pages }), [pages, changes]);

  const saving = useMutation({
    mutationFn: async (wanted: readonly Change[]) => {
      const asked = wanted.map(({ pageId }) => pageId);
      send({ type: 'saving', pageIds: asked });
      const { results } = await changePages(
        gatewayId,
        wanted.map(({ pageId, receiving, version }) => ({ pageId, receiving, version })),
      );
      // The rows are read again before the marks go, so that no switch jumps back in between.
      await client.invalidateQueries({ queryKey: ['pages', gatewayId] });
      return { asked, results };
    },
    onSuccess: ({ asked, results }) => {
      send({ type: 'answered', asked, results });
      announce(t, summaryOf(asked, results));
    },
    onError: (error, wanted) => {
      send({ type: 'notAnswered', pageIds: wanted.map(({ pageId }) => pageId) });
      tellFailed(t('pages.saveFailed', { words: words(error) }));
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['gateway', gatewayId] }),
        client.invalidateQueries({ queryKey: ['gateways'] }),
      ]),
  });

  const toggle = useCallback((page: Page, receiving: boolean) => {
    send({ type: 'toggled', page, receiving });
  }, []);
  const keep = useCallback((pageId: string) => send({ type: 'dropped', pageId }), []);
  const cancel = useCallback(() => send({ type: 'cancelled' }), []);
  const { mutate } = saving;
  const retry = useCallback(
    (change: Change, page: Page) => mutate([{ ...change, version: page.version }]),
    [mutate],
  );
  /** Applies one switch at once, without touching the other marks: *Repair*. */
  const repair = useCallback(
    (page: Page) => {
      send({ type: 'toggled', page, receiving: page.receiving.wanted });
      const { id: pageId, name, version } = page;
      const { wanted, changedAt } = page.receiving;
      const standing = { receiving: wanted, wantedThen: wanted, changedThen: changedAt };
      mutate([{ pageId, name, version, ...standing, status: 'marked' }]);
    },
    [mutate],
  );
  // Of one identity, so that rows are drawn again only when something about them changed.
  const acts = useMemo(() => ({ toggle, keep, retry, repair }), [toggle, keep, retry, repair]);
  return {
    changes,
    restored,
    isSaving: saving.isPending,
    acts,
    cancel,
    save: () => mutate(Object.values(changes)),
  };
}

export type PageChanges = ReturnType<typeof useChanges>;
export type ChangeActs = PageChanges['acts'];

function announce(t: TFunction, summary: SaveSummary): void {
  clearNotices();
  if (summary.kind === 'all') {
    tellDone(t('pages.dataSaved'));
    return;
  }
  const { saved, refused } = summary;
  const key = summary.kind === 'refused_by_meta' ? 'savedSome' : 'savedSomeMixed';
  tellFailed(t(`pages.${key}`, { saved, refused }));
}
