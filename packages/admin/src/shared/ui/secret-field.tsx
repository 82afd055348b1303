import { Group, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { CopyIcon } from './copy-button.tsx';

/** A value that is shown once: a field, so that it can be selected where copying is not allowed. */
export function SecretField(props: {
  readonly value: string;
  readonly label: string;
  readonly copyLabel: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Group gap={4} wrap="nowrap" align="flex-end">
      <TextInput
        ref={field}
        flex={1}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        label={props.label}
        value={props.value}
        readOnly
        data-autofocus
        onFocus={() => field.current?.select()}
      />
      <CopyIcon value={props.value} label={props.copyLabel} size={36} />
    </Group>
  );
}
