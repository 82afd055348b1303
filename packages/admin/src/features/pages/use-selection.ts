import type { Page } from '@chatgate/contract';
import { useCallback, useMemo, useState } from 'react';
import type { Chosen } from './api/bulk.ts';
import type { PagesView } from './api/pages.ts';

/** Which Pages are ticked: some by hand, or all that match what is searched for. */
export function useSelection(view: PagesView, { total }: { total: number }) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState<{ search: string; state: PagesView['state'] }>();
  const isAll = all !== undefined && all.search === view.search && all.state === view.state;
  const toggle = useCallback((pageId: string, isTicked: boolean) => {
    setAll(undefined);
    setIds((before) => {
      const next = new Set(before);
      if (isTicked) next.add(pageId);
      else next.delete(pageId);
      return next;
    });
  }, []);
  const clear = useCallback(() => {
    setAll(undefined);
    setIds(new Set());
  }, []);
  const chosen = useMemo<Chosen>(() => {
    if (!isAll) return { pageIds: [...ids] };
    const { search, state } = view;
    return {
      matching: {
        ...(search === '' ? {} : { search }),
        ...(state === undefined ? {} : { state }),
      },
    };
  }, [isAll, ids, view]);
  return {
    count: isAll ? total : ids.size,
    isAll,
    chosen,
    has: (pageId: string) => isAll || ids.has(pageId),
    toggle,
    clear,
    /** Of a selection of all that match, un-ticking one leaves the loaded others ticked. */
    untick: (pageId: string, pages: readonly Page[]) => {
      setAll(undefined);
      setIds(new Set(pages.map(({ id }) => id).filter((id) => id !== pageId)));
    },
    tickAll: () => setAll({ search: view.search, state: view.state }),
    tickShown: (pages: readonly Page[]) => {
      setAll(undefined);
      setIds(new Set(pages.map(({ id }) => id)));
    },
  };
}

export type Selection = ReturnType<typeof useSelection>;
