import {
  Button,
  Divider,
  Popover,
  SegmentedControl,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { IconLogout, IconSelector, IconUserCircle, IconUserCog } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, type RouterHistory, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../shared/api/api-error.ts';
import { remove } from '../shared/api/http.ts';
import { meQuery } from '../shared/api/me.ts';
import { useErrorWords } from '../shared/error-words.ts';
import { tellFailed } from '../shared/notice.ts';
import { roleWords } from '../shared/role-words.ts';
import { chooseLanguage, currentLanguage, LANGUAGES } from '../texts/texts.ts';
import classes from './shell.module.css';

const THEMES = ['auto', 'light', 'dark'] as const;
const LANGUAGE_NAMES = { en: 'English', uk: 'Українська' } as const;

/** Who is signed in, the theme, the language, and the way out. */
export function UserMenu() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const signOut = useSignOut();
  const [opened, setOpened] = useState(false);
  const name = me?.name ?? '…';
  return (
    <Popover
      position="top-start"
      width={264}
      trapFocus
      returnFocus
      shadow="md"
      opened={opened}
      onChange={setOpened}
    >
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          fullWidth
          justify="space-between"
          className={classes.user ?? ''}
          leftSection={<IconUserCircle size={20} stroke={1.6} aria-hidden="true" />}
          rightSection={<IconSelector size={16} aria-hidden="true" />}
          aria-label={t('common.userMenu', { name })}
          onClick={() => setOpened((before) => !before)}
        >
          <span className={classes.userName}>{name}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('common.userMenu', { name })}>
        <Text size="xs" c="dimmed" className={classes.who}>
          {[me?.email, me && roleWords(t, me.role)].filter(Boolean).join(' · ')}
        </Text>
        <div className={classes.choice}>
          <Text size="xs" c="dimmed" id="theme-label">
            {t('common.theme')}
          </Text>
          <ThemeChoice />
        </div>
        <div className={classes.choice}>
          <Text size="xs" c="dimmed" id="language-label">
            {t('common.language')}
          </Text>
          <LanguageChoice />
        </div>
        <Divider my={8} />
        <Button
          component={Link}
          to="/account"
          fullWidth
          variant="subtle"
          color="gray"
          justify="flex-start"
          leftSection={<IconUserCog size={17} aria-hidden="true" />}
          onClick={() => setOpened(false)}
        >
          {t('session.account')}
        </Button>
        <Button
          fullWidth
          variant="subtle"
          color="gray"
          justify="flex-start"
          leftSection={<IconLogout size={17} aria-hidden="true" />}
          onClick={() => void signOut()}
        >
          {t('common.signOut')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function ThemeChoice() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const words = {
    auto: t('common.themeAuto'),
    light: t('common.themeLight'),
    dark: t('common.themeDark'),
  };
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-labelledby="theme-label"
      value={colorScheme}
      onChange={setColorScheme}
      data={THEMES.map((value) => ({ value, label: words[value] }))}
    />
  );
}

function LanguageChoice() {
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-labelledby="language-label"
      value={currentLanguage()}
      onChange={(language) => void chooseLanguage(language)}
      data={LANGUAGES.map((value) => ({
        value,
        label: <span lang={value}>{LANGUAGE_NAMES[value]}</span>,
      }))}
    />
  );
}

/** Ends the session on the server, forgets every answer, and shows the sign-in. */
function useSignOut() {
  const { t } = useTranslation();
  const words = useErrorWords();
  const client = useQueryClient();
  const { history, navigate } = useRouter();
  return async () => {
    if (!(await mayLeave(history))) return;
    try {
      await remove('/session');
    } catch (error) {
      // Without an answer the session goes on, and whoever sits here next would be this person.
      if (!(error instanceof ApiError) || error.code !== 'unauthenticated') {
        tellFailed(t('common.notSignedOut', { words: words(error) }));
        return;
      }
    }
    await navigate({ to: '/sign-in', ignoreBlocker: true });
    client.clear();
  };
}

/** Has unsaved changes asked about before the session ends: afterwards "stay here" would be a lie. */
async function mayLeave({ _getBlockers, location }: RouterHistory): Promise<boolean> {
  const nextLocation = { ...location, pathname: '/sign-in', search: '' };
  for (const { blockerFn } of _getBlockers()) {
    if (await blockerFn({ currentLocation: location, nextLocation, action: 'PUSH' })) return false;
  }
  return true;
}
