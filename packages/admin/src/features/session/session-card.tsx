import { Box, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useErrorWords } from '../../shared/error-words.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { NoticeBox } from '../../shared/ui/notice-box.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { RequestId } from '../../shared/ui/screens.tsx';
import classes from './session.module.css';

/** The frame of what is shown to people who are not signed in. */
export function SessionCard(props: {
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}) {
  return (
    <main className={classes.ground} id="main">
      <Box className={classes.card}>
        <BrandMark size={44} />
        <Stack gap={2} mt="md" mb="lg">
          <PageTitle title={props.title} />
          <Text c="dimmed">{props.hint}</Text>
        </Stack>
        {props.children}
      </Box>
    </main>
  );
}

/** Why a form was refused; takes no room while there is nothing to say. */
export function FormError({ error }: { error: unknown }) {
  const words = useErrorWords();
  if (error === null || error === undefined) return null;
  return (
    <NoticeBox tone="bad" role="alert" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
      {words(error)}
      <RequestId error={error} />
    </NoticeBox>
  );
}
