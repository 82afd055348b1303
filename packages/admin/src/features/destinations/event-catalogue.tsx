import { EVENT_TYPE_NAMES, EVENT_TYPES, EVENT_VERSION } from '@chatgate/contract';
import { Badge, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DataTable, NameCell } from '../../shared/ui/data-table.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import classes from './destinations.module.css';
import { eventTypeWords } from './event-type-words.ts';
import { BackToDestinations } from './new-destination.tsx';

/** Every type of event a destination can receive, from the contract itself. */
export function EventCatalogue() {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <BackToDestinations />
      <Group gap="sm">
        <PageTitle title={t('catalogue.title')} />
        <Badge variant="light" tt="none">
          {t('catalogue.version', { version: EVENT_VERSION })}
        </Badge>
      </Group>
      <Text c="dimmed" maw={760}>
        {t('catalogue.intro')}
      </Text>
      <DataTable
        columns={[t('catalogue.type'), t('catalogue.meaning'), t('catalogue.own')]}
        align="top"
      >
        {EVENT_TYPE_NAMES.map((type) => (
          <tr key={type}>
            <NameCell>
              <span className={classes.code}>{type}</span>
            </NameCell>
            <td className={classes.stateCell}>{eventTypeWords(t, type)}</td>
            <td>
              <span className={classes.code}>
                {Object.keys(EVENT_TYPES[type].content)
                  .map((field) => `data.${field}`)
                  .join(', ') || '–'}
              </span>
            </td>
          </tr>
        ))}
      </DataTable>
    </Stack>
  );
}
