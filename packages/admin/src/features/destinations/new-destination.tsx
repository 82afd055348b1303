import { Anchor, Stack } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { DestinationForm } from './destination-form.tsx';
import { type NewSecret, SecretDialog } from './secret-dialog.tsx';

/** A new destination; its secret is shown before anything else, this once. */
export function NewDestination(props: {
  readonly gatewayId: string | undefined;
  readonly onDone: (destinationId: string) => void;
}) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewSecret>();
  return (
    <Stack gap="md">
      <BackToDestinations />
      <PageTitle title={t('destinationForm.newTitle')} />
      <DestinationForm
        destination={undefined}
        gatewayId={props.gatewayId}
        readOnly={false}
        onCreated={({ destination, secret }) =>
          secret === null ? props.onDone(destination.id) : setMade({ destination, secret })
        }
      />
      <SecretDialog
        shown={made}
        onKept={() => {
          setMade(undefined);
          if (made !== undefined) props.onDone(made.destination.id);
        }}
      />
    </Stack>
  );
}

export function BackToDestinations() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('destinations.breadcrumb')}>
      <Anchor
        component={Link}
        to="/destinations"
        size="sm"
        style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}
      >
        <IconChevronLeft size={15} aria-hidden="true" />
        {t('destinations.title')}
      </Anchor>
    </nav>
  );
}
