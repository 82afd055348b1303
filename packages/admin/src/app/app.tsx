import { DirectionProvider, localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { errorWords } from '../shared/error-words.ts';
import { tellFailed } from '../shared/notice.ts';
import { createQueryClient } from './query-client.ts';
import { createAppRouter } from './router.tsx';
import { styleNonce } from './style-nonce.ts';
import { theme, variables } from './theme.ts';

const client = createQueryClient(
  () => router.endSession(),
  (error) => tellFailed(errorWords(i18next.t, error)),
);
const router = createAppRouter(client);
const colors = localStorageColorSchemeManager({ key: 'chatgate.theme' });

export function App() {
  const { t } = useTranslation();
  return (
    <DirectionProvider>
      {/* Takes the direction from <html dir>. */}
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={colors}
        defaultColorScheme="auto"
        getStyleNonce={styleNonce}
      >
        <QueryClientProvider client={client}>
          <ModalsProvider labels={{ confirm: t('common.yes'), cancel: t('common.cancel') }}>
            <Notifications position="top-right" autoClose={6000} />
            <RouterProvider router={router.router} />
          </ModalsProvider>
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
