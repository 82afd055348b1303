import type { User } from '@chatgate/contract';
import { Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { Question } from '../../shared/ui/confirm-dialog.tsx';
import { letInAgain, removeSecondFactor, signOutEverywhere } from './api/users.ts';
import type { SignInHelp } from './people-table.tsx';

/** What will happen to the sign-in of somebody, said before. */
export function signInHelp(t: TFunction, { id, name }: User, help: SignInHelp): Question {
  switch (help) {
    case 'letIn':
      return {
        title: t('signInHelp.letInTitle', { name }),
        text: <Text>{t('signInHelp.letInText')}</Text>,
        action: t('signInHelp.letIn'),
        done: t('signInHelp.letInDone', { name }),
        run: () => letInAgain(id),
      };
    case 'removeFactor':
      return {
        title: t('signInHelp.removeFactorTitle', { name }),
        text: <Text>{t('signInHelp.removeFactorText')}</Text>,
        action: t('signInHelp.removeFactor'),
        done: t('signInHelp.factorRemoved', { name }),
        danger: true,
        run: () => removeSecondFactor(id),
      };
    case 'signOut':
      return {
        title: t('signInHelp.signOutTitle', { name }),
        text: <Text>{t('signInHelp.signOutText')}</Text>,
        action: t('signInHelp.signOut'),
        done: t('signInHelp.signedOut', { name }),
        danger: true,
        run: () => signOutEverywhere(id),
      };
  }
}
