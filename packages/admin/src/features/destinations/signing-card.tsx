import type { Destination } from '@chatgate/contract';
import { Alert, Button, Code, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/format.ts';
import { CopyIcon } from '../../shared/ui/copy-button.tsx';
import { FormError } from '../../shared/ui/form-error.tsx';
import { destinationQuery, rotateSecret } from './api/destinations.ts';
import classes from './form.module.css';
import { type NewSecret, SecretDialog } from './secret-dialog.tsx';

/** The keys of a destination: when the secret was set, a new one, and the public key. */
export function SigningCard(props: {
  readonly destination: Destination;
  readonly readOnly: boolean;
}) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { secret, publicKey } = props.destination;
  return (
    <section className={classes.card}>
      <Title order={2}>{t('destinationForm.signingTitle')}</Title>
      {secret === null ? <Text size="sm">{t('destinationForm.natsUnsigned')}</Text> : null}
      {secret === null ? null : (
        <div>
          <Text size="sm" fw={600}>
            {t('secretOnce.label')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('destinationForm.secretHint')}
          </Text>
          <Group gap="sm" mt={6} mih={36}>
            <Text size="sm">
              {t('destinationForm.secretSet', { when: dateTime(secret.changedAt) })}
            </Text>
            {props.readOnly ? null : (
              <RotateButton id={props.destination.id} until={secret.previousUntil} />
            )}
          </Group>
          {secret.previousUntil === null ? null : (
            <Text size="sm" c="dimmed">
              {t('destinationForm.previousUntil', { when: dateTime(secret.previousUntil) })}
            </Text>
          )}
        </div>
      )}
      {publicKey === null ? null : (
        <div>
          <Text size="sm" fw={600}>
            {t('destinationForm.publicKey')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('destinationForm.publicKeyHint')}
          </Text>
          <Group gap={4} mt={6} wrap="nowrap">
            <Code style={{ overflowWrap: 'anywhere' }}>{publicKey}</Code>
            <CopyIcon value={publicKey} label={t('destinationForm.copyPublicKey')} />
          </Group>
        </div>
      )}
    </section>
  );
}

function RotateButton({ id, until }: { readonly id: string; readonly until: number | null }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [made, setMade] = useState<NewSecret>();
  const rotation = useMutation({
    mutationFn: async () => {
      const { destination, secret } = await rotateSecret(id);
      setAsking(false);
      if (secret !== null) setMade({ destination, secret });
      client.setQueryData(destinationQuery(id).queryKey, destination);
    },
  });
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {t('destinationForm.rotate')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('destinationForm.rotateTitle')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack>
          <Text>{t('destinationForm.rotateText')}</Text>
          {until === null ? null : (
            <Alert color="orange" variant="light" title={t('destinationForm.rotateAgainTitle')}>
              {t('destinationForm.rotateAgainText', { when: dateTime(until) })}
            </Alert>
          )}
          <FormError error={rotation.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button loading={rotation.isPending} onClick={() => rotation.mutate()}>
              {t('destinationForm.rotateNow')}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <SecretDialog shown={made} onKept={() => setMade(undefined)} />
    </>
  );
}
