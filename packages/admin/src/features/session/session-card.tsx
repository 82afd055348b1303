import { Box, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
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
