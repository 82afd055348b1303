import type { Destination } from '@chatgate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { gatewayChoicesQuery } from './api/choices.ts';
import { LastDelivery, Waiting } from './destination-state.tsx';
import classes from './frame.module.css';

/** The figures of a destination at a glance. */
export function DestinationFacts({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { health } = destination;
  return (
    <dl className={classes.facts}>
      <Fact name={t('destinations.waiting')}>
        <Waiting destination={destination} />
      </Fact>
      <Fact name={t('destinations.givenUp')}>{number(health.parked)}</Fact>
      <Fact name={t('destinations.lastDelivery')}>
        <LastDelivery destination={destination} />
      </Fact>
      <Fact name={t('destinations.lastDay')}>
        {t('destinations.lastDayCounts', {
          delivered: number(health.delivered),
          failed: number(health.failed),
        })}
      </Fact>
      <Fact name={t('destinations.takes')}>
        <Takes destination={destination} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Takes({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const may = useMay();
  const { gatewayId, pageIds, eventTypes } = destination;
  const mayRead = may('gateways:access') && may('gateways:read');
  const { data } = useQuery({ ...gatewayChoicesQuery, enabled: mayRead && gatewayId !== null });
  const name = data?.items.find(({ id }) => id === gatewayId)?.name ?? gatewayId;
  const parts = [
    name === null ? null : t('destinations.takesGateway', { name }),
    pageIds.length === 0 ? null : t('destinations.takesPages', { count: pageIds.length }),
    eventTypes.length === 0 ? null : t('destinations.takesTypes', { count: eventTypes.length }),
  ].filter((part) => part !== null);
  return <>{parts.length === 0 ? t('destinations.takesEverything') : parts.join(', ')}</>;
}
