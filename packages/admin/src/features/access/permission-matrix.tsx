import type { Permission } from '@chatgate/contract';
import { Checkbox, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import classes from './access.module.css';
import { blindSections, sectionsOf, toggled } from './permission-choice.ts';
import { actionWords, sectionWords } from './role-words.ts';

/** One row of boxes per section. What one lacks oneself cannot be ticked. */
export function PermissionMatrix(props: {
  readonly all: readonly Permission[];
  readonly chosen: ReadonlySet<Permission>;
  readonly readOnly: boolean;
  readonly onChange: (chosen: ReadonlySet<Permission>) => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { list } = useFormat();
  const { all, chosen } = props;
  const blind = blindSections(chosen);
  return (
    <div className={classes.matrix}>
      {sectionsOf(all).map(({ section, permissions }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid with its legend
        <div
          key={section}
          role="group"
          aria-label={sectionWords(t, section)}
          className={classes.section}
        >
          <span className={classes.sectionName} aria-hidden="true">
            {sectionWords(t, section)}
          </span>
          <div className={classes.actionsRow}>
            {permissions.map((permission) => (
              <Checkbox
                key={permission}
                label={actionWords(t, permission.split(':')[1] ?? '')}
                checked={chosen.has(permission)}
                disabled={props.readOnly || !may(permission)}
                onChange={() => props.onChange(toggled(chosen, { permission, all }))}
              />
            ))}
          </div>
        </div>
      ))}
      {blind.length === 0 ? null : (
        <Text size="sm" role="status">
          {t('roles.blind', { sections: list(blind.map((section) => sectionWords(t, section))) })}
        </Text>
      )}
    </div>
  );
}
