import type { Page } from '@chatgate/contract';
import { Anchor, Avatar, Checkbox, Text, UnstyledButton } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { ownPicture } from '../../shared/own-picture.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import { FullSwitch } from '../../shared/ui/full-switch.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { type Change, isReceiving } from './changes.ts';
import { HealthCell } from './health-cell.tsx';
import classes from './pages.module.css';
import { RefusedCell } from './refused-cell.tsx';
import type { ChangeActs } from './use-changes.ts';

interface RowProps {
  readonly index: number;
  readonly measure: (row: HTMLTableRowElement | null) => void;
  readonly page: Page;
  readonly change: Change | undefined;
  readonly acts: ChangeActs;
  readonly isTicked: boolean;
  readonly onTick: (pageId: string, isTicked: boolean) => void;
  readonly mayChange: boolean;
  readonly mayRemove: boolean;
  readonly onAccounts: (page: Page) => void;
  readonly onRemove: (page: Page) => void;
  readonly onLogIn: () => void;
  readonly onRefresh: () => void;
  readonly onDiagnose: (page: Page) => void;
}

/** Drawn again only when something about this Page changed: typing and scrolling stay quick. */
export const PageRow = memo(function PageRow(props: RowProps) {
  const { t } = useTranslation();
  const { page, change } = props;
  return (
    <tr
      ref={props.measure}
      data-index={props.index}
      data-marked={change === undefined ? undefined : change.status}
      aria-rowindex={props.index + 2}
    >
      {props.mayChange ? (
        <td className={classes.select}>
          <Checkbox
            size="sm"
            aria-label={t('bulk.select', { name: page.name })}
            checked={props.isTicked}
            onChange={(event) => props.onTick(page.id, event.currentTarget.checked)}
          />
        </td>
      ) : null}
      <td className={classes.id}>
        <CopyIcon value={page.id} label={t('pages.copyId')} tooltip={page.id} />
      </td>
      <td className={classes.nameCell}>
        <NameCell page={page} />
      </td>
      <td>
        <span className={classes.cellLabel} aria-hidden="true">
          {t('pages.accounts')}
        </span>
        <AccountsCell page={page} onOpen={() => props.onAccounts(page)} />
      </td>
      <td className={classes.switchCell}>
        <span className={classes.cellLabel} aria-hidden="true">
          {t('pages.webhook')}
        </span>
        <SwitchCell {...props} />
      </td>
      <td className={classes.healthCell}>
        {change?.status === 'refused' ? (
          <RefusedCell change={change} page={page} acts={props.acts} />
        ) : (
          <HealthCell {...props} />
        )}
        {props.mayRemove ? (
          <IconButton
            label={t('pages.remove', { name: page.name })}
            size={30}
            className={classes.remove}
            icon={<IconTrash size={17} aria-hidden="true" />}
            onClick={() => props.onRemove(page)}
          />
        ) : null}
      </td>
    </tr>
  );
});

function NameCell({ page }: { page: Page }) {
  return (
    <div className={classes.nameBox}>
      <Avatar
        src={ownPicture(page.pictureUrl)}
        alt=""
        size={38}
        radius="md"
        name={page.name}
        aria-hidden="true"
      />
      <div className={classes.shrink}>
        {page.link === null ? (
          <Text fw={550} size="sm" className={classes.wrap ?? ''}>
            {page.name}
          </Text>
        ) : (
          <Anchor
            href={page.link}
            target="_blank"
            rel="noreferrer"
            fw={550}
            size="sm"
            className={classes.wrap ?? ''}
          >
            {page.name}
          </Anchor>
        )}
        {page.category === null ? null : (
          <Text size="xs" c="dimmed">
            {page.category}
          </Text>
        )}
      </div>
    </div>
  );
}

function AccountsCell({ page, onOpen }: { page: Page; onOpen: () => void }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { first, count } = page.accounts;
  if (count === 0 || first === null) {
    return (
      <Text size="sm" c="dimmed">
        {t('pages.noAccount')}
      </Text>
    );
  }
  return (
    <UnstyledButton className={classes.accounts ?? ''} onClick={onOpen} aria-haspopup="dialog">
      <span className={classes.wrap}>{first}</span>
      {count > 1 ? (
        <>
          {' '}
          <span className={classes.chip}>
            {t('pages.moreAccounts', { number: number(count - 1) })}
          </span>
        </>
      ) : null}
    </UnstyledButton>
  );
}

function SwitchCell({ page, change, acts, mayChange }: RowProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.switchBox}>
      <FullSwitch
        size="md"
        aria-label={t('pages.switchOf', { name: page.name })}
        aria-describedby={mayChange ? undefined : 'switches-read-only'}
        checked={change?.receiving ?? isReceiving(page)}
        disabled={!mayChange || change?.status === 'saving'}
        onChange={(event) => acts.toggle(page, event.currentTarget.checked)}
      />
      {change === undefined ? (
        <SwitchFacts page={page} />
      ) : (
        <Text size="xs" className={classes.marked ?? ''}>
          {t(change.status === 'saving' ? 'pages.rowSaving' : 'pages.rowMarked')}
        </Text>
      )}
    </div>
  );
}

/** What else is true of the subscription: a difference, other fields, events while off. */
function SwitchFacts({ page }: { page: Page }) {
  const { t } = useTranslation();
  const { receiving, eventsWhileOff } = page;
  const differs = receiving.actual !== 'unknown' && receiving.wanted !== isReceiving(page);
  return (
    <>
      {differs ? (
        <Text size="xs" className={classes.warn ?? ''}>
          {t(receiving.wanted ? 'pages.wantedOn' : 'pages.wantedOff')}
        </Text>
      ) : null}
      {receiving.otherFields.length > 0 ? (
        <Text size="xs" c="dimmed" className={classes.wrap ?? ''}>
          {t('pages.alsoUsed', { fields: receiving.otherFields.join(', ') })}
        </Text>
      ) : null}
      {eventsWhileOff > 0 ? (
        <Text size="xs" c="dimmed">
          {t('pages.whileOff', { count: eventsWhileOff })}
        </Text>
      ) : null}
    </>
  );
}
