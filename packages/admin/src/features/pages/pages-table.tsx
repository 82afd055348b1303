import type { Page } from '@chatgate/contract';
import { Button, VisuallyHidden } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useDrawnRows } from './drawn-rows.ts';
import { PageRow } from './page-row.tsx';
import classes from './pages.module.css';
import type { PageChanges } from './use-changes.ts';
import type { Selection } from './use-selection.ts';

/** Of a row of which nothing more is to be said. */
const ROW_PX = 76;
const LOAD_AHEAD = 60;

/** All rows of the registry, of which only those near the screen exist. */
export function PagesTable(props: {
  readonly pages: readonly Page[];
  readonly total: number;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** Then it waits to be told: what fails at once would be asked for without end. */
  readonly hasMoreFailed: boolean;
  readonly onMore: () => void;
  readonly changes: PageChanges;
  readonly selection: Selection;
  readonly mayChange: boolean;
  readonly onAccounts: (page: Page) => void;
  readonly onRemove: (page: Page) => void;
  readonly onLogIn: () => void;
  readonly onRefresh: () => void;
  readonly onDiagnose: (page: Page) => void;
}) {
  const { t } = useTranslation();
  const mayRemove = useMay()('gateways:edit');
  const { pages, hasMore, isLoadingMore, hasMoreFailed, onMore, selection } = props;
  const { isAll, toggle, untick } = selection;
  const onTick = useCallback(
    (pageId: string, isTicked: boolean) =>
      isAll ? untick(pageId, pages) : toggle(pageId, isTicked),
    [isAll, untick, toggle, pages],
  );
  const frame = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const top = frame.current?.getBoundingClientRect().top ?? 0;
    const next = Math.round(top + window.scrollY);
    setMargin((before) => (Math.abs(before - next) > 4 ? next : before));
  });
  const usualPx = useRef(ROW_PX);
  const rows = useWindowVirtualizer({
    count: pages.length,
    estimateSize: () => usualPx.current,
    overscan: 4,
    scrollMargin: margin,
    getItemKey: (index) => pages[index]?.id ?? index,
  });
  // Rows to come are taken to be as high as the last one: each that is not moves all that follow, and
  // the table is drawn again at once.
  const measure = useCallback(
    (row: HTMLTableRowElement | null) => {
      usualPx.current = row?.offsetHeight ?? usualPx.current;
      rows.measureElement(row);
    },
    [rows],
  );
  const near = rows.getVirtualItems();
  // Rows are drawn in slices that let the browser answer in between: twenty at once block it longer
  // than a person should feel, while scrolling and when the answer to a search comes.
  const { items, pages: drawn } = useDeferredValue(
    useMemo(() => ({ items: near, pages }), [near, pages]),
  );
  const visible = useDrawnRows(items);
  const before = (visible[0]?.start ?? margin) - margin;
  const after = rows.getTotalSize() - ((visible.at(-1)?.end ?? margin) - margin);
  const last = near.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMoreFailed || !hasMore || isLoadingMore) return;
    if (last > pages.length - LOAD_AHEAD) onMore();
  }, [hasMore, isLoadingMore, hasMoreFailed, last, pages.length, onMore]);

  return (
    <div className={classes.frame} ref={frame}>
      <table className={classes.table} aria-rowcount={props.total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {props.mayChange ? (
              <th scope="col" className={classes.select}>
                <VisuallyHidden>{t('bulk.selectColumn')}</VisuallyHidden>
              </th>
            ) : null}
            <th scope="col" className={classes.id}>
              {t('pages.id')}
            </th>
            <th scope="col" className={classes.nameHead}>
              {t('pages.name')}
            </th>
            <th scope="col" className={classes.accountsHead}>
              {t('pages.accounts')}
            </th>
            <th scope="col" className={classes.switchHead}>
              {t('pages.webhook')}
            </th>
            <th scope="col">{t('pages.health')}</th>
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} />
          {visible.map(({ index, key }) => {
            const page = drawn[index];
            return page === undefined ? null : (
              <PageRow
                key={key}
                measure={measure}
                index={index}
                page={page}
                change={props.changes.changes[page.id]}
                acts={props.changes.acts}
                isTicked={selection.has(page.id)}
                onTick={onTick}
                mayChange={props.mayChange}
                mayRemove={mayRemove}
                onAccounts={props.onAccounts}
                onRemove={props.onRemove}
                onLogIn={props.onLogIn}
                onRefresh={props.onRefresh}
                onDiagnose={props.onDiagnose}
              />
            );
          })}
          <Spacer height={after} />
        </tbody>
      </table>
      {isLoadingMore ? (
        <p className={classes.more} role="status">
          {t('pages.loadingMore')}
        </p>
      ) : null}
      {hasMoreFailed && !isLoadingMore ? (
        <p className={classes.more}>
          <Button variant="default" size="xs" onClick={onMore}>
            {t('pages.loadMore')}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr className={classes.spacer}>
      <td aria-hidden="true" colSpan={6} style={{ height, padding: 0 }} />
    </tr>
  );
}
