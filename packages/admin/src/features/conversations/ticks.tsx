import { IconCheck, IconChecks } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './conversations.module.css';
import type { DeliveryState } from './delivery-state.ts';

export function Ticks({ delivery }: { delivery: DeliveryState }) {
  const { t } = useTranslation();
  const Picture = delivery === 'sent' ? IconCheck : IconChecks;
  return (
    <span
      className={classes.ticks}
      data-state={delivery}
      role="img"
      aria-label={t(`message.${delivery}`)}
      title={t(`message.${delivery}`)}
    >
      <Picture size={16} aria-hidden="true" />
    </span>
  );
}
