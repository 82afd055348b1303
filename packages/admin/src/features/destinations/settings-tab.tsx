import type { Destination } from '@chatgate/contract';
import { Button, Stack, Text, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { DeleteDestinationDialog } from './delete-destination-dialog.tsx';
import { DestinationForm } from './destination-form.tsx';
import classes from './form.module.css';
import { SigningCard } from './signing-card.tsx';

/** What can be changed about a destination. */
export function SettingsTab(props: {
  readonly destination: Destination;
  readonly onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const [deleting, setDeleting] = useState(false);
  const { destination } = props;
  const readOnly = !may('destinations:edit');
  return (
    <Stack gap="lg">
      {readOnly ? (
        <Text size="sm" c="dimmed">
          {t('destinations.readOnly')}
        </Text>
      ) : null}
      <DestinationForm destination={destination} readOnly={readOnly} />
      <SigningCard destination={destination} readOnly={readOnly} />
      {may('destinations:delete') ? (
        <section className={classes.card}>
          <Title order={2}>{t('destinationForm.dangerTitle')}</Title>
          <Text size="sm">{t('destinations.deleteKeeps')}</Text>
          <div>
            <Button
              color="red"
              variant="light"
              leftSection={<IconTrash size={16} aria-hidden="true" />}
              onClick={() => setDeleting(true)}
            >
              {t('destinations.delete', { name: destination.name })}
            </Button>
          </div>
          <DeleteDestinationDialog
            destination={deleting ? destination : undefined}
            onClose={() => setDeleting(false)}
            onDeleted={props.onDeleted}
          />
        </section>
      ) : null}
    </Stack>
  );
}
