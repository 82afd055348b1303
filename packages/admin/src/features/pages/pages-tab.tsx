import type { BulkAction, Page } from '@chatgate/contract';
import { Button, Text, Title } from '@mantine/core';
import { IconFiles, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChangeGateways } from '../../shared/api/me.ts';
import { LeaveGuard } from '../../shared/ui/leave-guard.tsx';
import { EmptyPanel, FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';
import { AccountsDialog } from './accounts-dialog.tsx';
import { type PagesView, pagesQuery } from './api/pages.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { DiagnosisDialog } from './diagnosis-dialog.tsx';
import classes from './pages.module.css';
import { PagesNotices, RemovedPages } from './pages-notices.tsx';
import { PagesTable } from './pages-table.tsx';
import { PagesToolbar } from './pages-toolbar.tsx';
import { RefreshControl } from './refresh-control.tsx';
import { RemovePageDialog } from './remove-page-dialog.tsx';
import { SaveBar } from './save-bar.tsx';
import { type Bulk, useBulk } from './use-bulk.ts';
import { type PageChanges, useChanges } from './use-changes.ts';
import { useRefresh } from './use-refresh.ts';
import { type Selection, useSelection } from './use-selection.ts';

const NO_PAGES: readonly Page[] = [];

/**
 * The heart: the registry of a gateway's Pages. What belongs to the log-in window (button, notices)
 * comes from outside, so that this feature knows nothing of it.
 */
export function PagesTab(props: {
  readonly gatewayId: string;
  readonly unknownPages: number;
  readonly connectButton: ReactNode;
  readonly connectNotice: ReactNode;
  readonly onLogIn: () => void;
  /** True while the log-in takes over this tab: the unsaved switches are kept, nothing is asked. */
  readonly isLeaving: () => boolean;
}) {
  const { t } = useTranslation();
  const { gatewayId } = props;
  const mayChange = useMayChangeGateways();
  const [search, setSearch] = useState('');
  // Another toolbar, whose field is empty.
  const [toolbar, setToolbar] = useState(0);
  const [narrowed, setNarrowed] = useState<Omit<PagesView, 'search'>>({
    state: undefined,
    sort: 'attention',
  });
  const view = useMemo(() => ({ ...narrowed, search }), [narrowed, search]);
  const query = useInfiniteQuery(pagesQuery(gatewayId, view));
  const pages = useMemo(
    () => query.data?.pages.flatMap((page) => page.items) ?? NO_PAGES,
    [query.data],
  );
  const changes = useChanges(gatewayId, pages);
  const refresh = useRefresh(gatewayId);
  const bulk = useBulk(gatewayId);
  const [accountsOf, setAccountsOf] = useState<Page>();
  const [diagnosing, setDiagnosing] = useState<Page>();
  const [removing, setRemoving] = useState<Page>();
  const first = query.data?.pages[0];
  const total = first?.total ?? pages.length;
  const selection = useSelection(view, { total });
  const isNarrowed = search !== '' || narrowed.state !== undefined;
  const unsaved = Object.keys(changes.changes).length;
  const { fetchNextPage } = query;
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const { start } = refresh;
  const onRefresh = useCallback(() => start(), [start]);

  return (
    <div className={classes.tab}>
      <div className={classes.head}>
        <Title order={2}>{t('pages.heading')}</Title>
        <RefreshControl refresh={refresh} refreshedAt={first?.refreshedAt ?? null} />
      </div>
      {mayChange ? props.connectButton : <ReadOnlyHint />}
      {props.connectNotice}
      <PagesNotices
        gatewayId={gatewayId}
        unknownPages={props.unknownPages}
        unsubscribing={first?.unsubscribing ?? []}
        restored={changes.restored && unsaved > 0}
      />
      <BulkProgress gatewayId={gatewayId} bulk={bulk} />
      {pages.length > 0 || isNarrowed ? (
        <PagesToolbar
          key={toolbar}
          onSearch={setSearch}
          view={narrowed}
          onView={setNarrowed}
          total={first === undefined ? undefined : total}
        />
      ) : null}
      <PendingOrFailed query={query} />
      {query.data !== undefined && pages.length === 0 ? (
        <NoPages
          isNarrowed={isNarrowed}
          mayChange={mayChange}
          showAll={() => {
            setToolbar(toolbar + 1);
            setNarrowed({ ...narrowed, state: undefined });
          }}
        />
      ) : null}
      <BulkActions
        gatewayId={gatewayId}
        pages={pages}
        total={total}
        bulk={bulk}
        selection={selection}
      />
      {pages.length > 0 ? (
        <PagesTable
          pages={pages}
          total={total}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          hasMoreFailed={query.isFetchNextPageError}
          onMore={onMore}
          changes={changes}
          selection={selection}
          mayChange={mayChange}
          onAccounts={setAccountsOf}
          onRemove={setRemoving}
          onLogIn={props.onLogIn}
          onRefresh={onRefresh}
          onDiagnose={setDiagnosing}
        />
      ) : null}
      <Saving changes={changes} hasRows={mayChange && pages.length > 0} />
      <RemovedPages removed={first?.removed ?? []} />
      <AccountsDialog
        gatewayId={gatewayId}
        page={accountsOf}
        onClose={() => setAccountsOf(undefined)}
      />
      <RemovePageDialog
        gatewayId={gatewayId}
        page={removing}
        onClose={() => setRemoving(undefined)}
      />
      <DiagnosisDialog
        gatewayId={gatewayId}
        page={diagnosing}
        mayChange={mayChange}
        onClose={() => setDiagnosing(undefined)}
        onLogIn={props.onLogIn}
        onRepair={changes.acts.repair}
        onSwitchOn={(page) => changes.acts.toggle(page, true)}
        onRemove={setRemoving}
      />
      <LeaveGuard count={unsaved} leaving={props.isLeaving} onDiscard={changes.cancel} />
    </div>
  );
}

/** What is done with the ticked Pages; nothing while none is. */
function BulkActions(props: {
  readonly gatewayId: string;
  readonly pages: readonly Page[];
  readonly total: number;
  readonly bulk: Bulk;
  readonly selection: Selection;
}) {
  const [action, setAction] = useState<BulkAction>();
  const { gatewayId, pages, total, bulk, selection } = props;
  const close = () => setAction(undefined);
  return (
    <>
      {selection.count > 0 ? (
        <BulkBar
          selection={selection}
          pages={pages}
          total={total}
          disabled={bulk.job?.state === 'running'}
          onAction={setAction}
        />
      ) : null}
      <BulkDialog
        gatewayId={gatewayId}
        action={action}
        chosen={selection.chosen}
        bulk={bulk}
        onClose={close}
        onStarted={() => {
          close();
          selection.clear();
        }}
      />
    </>
  );
}

function NoPages(props: {
  readonly isNarrowed: boolean;
  readonly mayChange: boolean;
  readonly showAll: () => void;
}) {
  const { t } = useTranslation();
  if (props.isNarrowed) {
    return (
      <EmptyPanel
        picture={<IconSearch size={32} stroke={1.5} />}
        title={t('pages.noneFound')}
        action={
          <Button variant="default" onClick={props.showAll}>
            {t('pages.showAll')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyPanel picture={<IconFiles size={32} stroke={1.5} />} title={t('pages.emptyTitle')}>
      {t('pages.emptyText')} {props.mayChange ? null : t('pages.emptyReadOnly')}
    </EmptyPanel>
  );
}

function Saving({ changes, hasRows }: { changes: PageChanges; hasRows: boolean }) {
  const count = Object.keys(changes.changes).length;
  if (!hasRows && count === 0) return null;
  return (
    <SaveBar
      count={count}
      isSaving={changes.isSaving}
      onSave={changes.save}
      onCancel={changes.cancel}
    />
  );
}

function ReadOnlyHint() {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed" id="switches-read-only">
      {t('pages.readOnly')}
    </Text>
  );
}

function PendingOrFailed({
  query,
}: {
  query: { isPending: boolean; error: unknown; data: unknown; refetch: () => Promise<unknown> };
}) {
  if (query.isPending) return <LoadingRows rows={5} height={68} />;
  if (query.error === null || query.data !== undefined) return null;
  return <FailedPanel error={query.error} retry={() => void query.refetch()} />;
}
