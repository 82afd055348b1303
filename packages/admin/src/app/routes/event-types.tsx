import { EventCatalogue } from '../../features/destinations/event-catalogue.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function EventTypesRoute() {
  return (
    <Require permissions={['destinations:access', 'destinations:read']}>
      <EventCatalogue />
    </Require>
  );
}
