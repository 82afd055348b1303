import type { User } from '@chatgate/contract';
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Question } from '../../shared/ui/confirm-dialog.tsx';
import { deleteUser, updateUser } from './api/users.ts';

/** What disabling and deleting end, said before. */
export function usePersonQuestions() {
  const { t } = useTranslation();
  const keysOf = ({ apiKeys }: User, words: 'users.keysStop' | 'users.keysRevoked') =>
    apiKeys === 0 ? null : <Text fw={600}>{t(words, { count: apiKeys })}</Text>;
  return {
    switching(user: User): Question {
      const { name, enabled } = user;
      return {
        title: t(enabled ? 'users.disableTitle' : 'users.enableTitle', { name }),
        text: (
          <Stack gap="xs">
            <Text>{t(enabled ? 'users.disableText' : 'users.enableText')}</Text>
            {user.isCaller ? <Text fw={600}>{t('users.thisIsYou')}</Text> : null}
            {enabled ? keysOf(user, 'users.keysStop') : null}
          </Stack>
        ),
        action: t(enabled ? 'users.disable' : 'users.enable'),
        done: t(enabled ? 'users.disabledNow' : 'users.enabledNow', { name }),
        danger: enabled,
        run: () => updateUser(user.id, { enabled: !enabled }),
      };
    },
    deleting(user: User): Question {
      const { name } = user;
      return {
        title: t('users.deleteTitle', { name }),
        text: (
          <Stack gap="xs">
            <Text>{t('users.deleteText')}</Text>
            {user.isCaller ? <Text fw={600}>{t('users.thisIsYou')}</Text> : null}
            {keysOf(user, 'users.keysRevoked')}
          </Stack>
        ),
        action: t('common.delete'),
        done: t('users.deleted', { name }),
        danger: true,
        run: () => deleteUser(user.id),
      };
    },
  };
}
