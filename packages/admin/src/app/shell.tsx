import { Burger, CloseButton, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconHistory,
  IconKey,
  IconMessages,
  IconPlugConnected,
  IconSend2,
  IconUsers,
  IconWifiOff,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../shared/api/me.ts';
import { useLiveState } from '../shared/live-state.ts';
import { BrandMark } from '../shared/ui/brand-mark.tsx';
import { NoticeBox } from '../shared/ui/notice-box.tsx';
import { startLive } from './live.ts';
import classes from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

export function Shell() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [opened, drawer] = useDisclosure(false);
  const path = useLocation({ select: (location) => location.pathname });
  useEffect(() => startLive(client), [client]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place closes the drawer
  useEffect(() => drawer.close(), [path]);

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t('common.skip')}
      </a>
      {/* Not a banner: the header of an open dialog is one, and a page has one at most. */}
      <section aria-label={t('common.product')} className={classes.bar}>
        <Burger
          size="sm"
          opened={opened}
          onClick={drawer.toggle}
          aria-label={t('common.openMenu')}
          aria-expanded={opened}
        />
        <Brand />
      </section>
      <aside className={classes.side}>
        <Brand />
        <Navigation />
        <div className={classes.foot}>
          <UserMenu />
        </div>
      </aside>
      <Drawer.Root opened={opened} onClose={drawer.close} size={264}>
        <Drawer.Overlay backgroundOpacity={0.45} />
        <Drawer.Content aria-label={t('common.navigation')}>
          <Drawer.Body className={classes.drawer ?? ''}>
            <Group justify="space-between" wrap="nowrap">
              <Brand />
              <CloseButton aria-label={t('common.close')} onClick={drawer.close} />
            </Group>
            <Navigation />
            <div className={classes.foot}>
              <UserMenu />
            </div>
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
      <main id="main" tabIndex={-1} className={classes.main}>
        <LiveNotice />
        <Outlet />
      </main>
    </div>
  );
}

function Brand() {
  const { t } = useTranslation();
  return (
    <Link to="/" className={classes.brand ?? ''}>
      <span className={classes.mark} aria-hidden="true">
        <BrandMark size={26} />
      </span>
      {t('common.product')}
    </Link>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <nav aria-label={t('common.navigation')} className={classes.nav}>
      {may('gateways:access') ? (
        <Link to="/gateways" className={classes.link ?? ''}>
          <IconPlugConnected size={19} stroke={1.7} aria-hidden="true" />
          {t('common.gateways')}
        </Link>
      ) : null}
      {may('conversations:access') ? (
        <Link to="/conversations" className={classes.link ?? ''}>
          <IconMessages size={19} stroke={1.7} aria-hidden="true" />
          {t('common.conversations')}
        </Link>
      ) : null}
      {may('destinations:access') ? (
        <Link to="/destinations" className={classes.link ?? ''}>
          <IconSend2 size={19} stroke={1.7} aria-hidden="true" />
          {t('common.destinations')}
        </Link>
      ) : null}
      {may('users:access') ? (
        <>
          <Link to="/users" className={classes.link ?? ''}>
            <IconUsers size={19} stroke={1.7} aria-hidden="true" />
            {t('common.users')}
          </Link>
          <Link to="/api-keys" className={classes.link ?? ''}>
            <IconKey size={19} stroke={1.7} aria-hidden="true" />
            {t('common.apiKeys')}
          </Link>
        </>
      ) : null}
      {may('audit:access') ? (
        <Link to="/audit" className={classes.link ?? ''}>
          <IconHistory size={19} stroke={1.7} aria-hidden="true" />
          {t('common.auditLog')}
        </Link>
      ) : null}
    </nav>
  );
}

function LiveNotice() {
  const { t } = useTranslation();
  const live = useLiveState();
  return (
    <div role="status">
      {live === 'lost' ? (
        <NoticeBox
          tone="warn"
          icon={<IconWifiOff size={18} aria-hidden="true" />}
          className={classes.notice ?? ''}
        >
          {t('common.liveLost')}
        </NoticeBox>
      ) : null}
    </div>
  );
}
