import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { roleWords } from '../../shared/role-words.ts';
import { rolesQuery } from './api/roles.ts';

/** The roles one may give; those with more than one's own rights cannot be chosen, and say so. */
export function RoleSelect(props: {
  readonly value: string;
  readonly onChange: (role: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(rolesQuery);
  const roles = data?.items ?? [];
  const options = roles.map((role) => ({
    value: role.id,
    label:
      role.beyondCaller.length > 0
        ? t('users.roleBeyond', { role: roleWords(t, role) })
        : roleWords(t, role),
    disabled: role.beyondCaller.length > 0 && role.id !== props.value,
  }));
  return (
    <NativeSelect
      label={t('users.role')}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[{ value: '', label: t('users.chooseRole'), disabled: true }, ...options]}
      required
    />
  );
}

/** Everybody, or those with one role. */
export function RoleFilter(props: {
  readonly value: string;
  readonly onChange: (role: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(rolesQuery);
  const roles = data?.items ?? [];
  return (
    <NativeSelect
      aria-label={t('users.role')}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[
        { value: '', label: t('users.everyRole') },
        ...roles.map((role) => ({ value: role.id, label: roleWords(t, role) })),
      ]}
    />
  );
}
