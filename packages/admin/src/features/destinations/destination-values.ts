import type {
  CreateDestination,
  Destination,
  EventType,
  UpdateDestination,
} from '@chatgate/contract';

/** What the form of a destination holds while it is edited. */
export interface DestinationValues {
  readonly name: string;
  readonly kind: 'http' | 'nats';
  readonly url: string;
  /** Empty: every gateway. */
  readonly gatewayId: string;
  readonly pageIds: readonly string[];
  readonly isEveryType: boolean;
  readonly eventTypes: readonly EventType[];
  readonly enabled: boolean;
}

export type FieldProblem =
  | 'destinationForm.needName'
  | 'destinationForm.needUrl'
  | 'destinationForm.needTypes';
export type FieldProblems = Partial<Record<'name' | 'url' | 'eventTypes', FieldProblem>>;

export const emptyValues: DestinationValues = {
  name: '',
  kind: 'http',
  url: '',
  gatewayId: '',
  pageIds: [],
  isEveryType: true,
  eventTypes: [],
  enabled: true,
};

export function valuesOf(destination: Destination): DestinationValues {
  return {
    name: destination.name,
    kind: destination.kind,
    url: destination.url ?? '',
    gatewayId: destination.gatewayId ?? '',
    pageIds: destination.pageIds,
    isEveryType: destination.eventTypes.length === 0,
    eventTypes: destination.eventTypes,
    enabled: destination.enabled,
  };
}

/** What a person can see to be wrong before anything is sent. The server judges the address itself. */
export function problemsOf(values: DestinationValues): FieldProblems {
  const problems: FieldProblems = {};
  if (values.name.trim() === '') problems.name = 'destinationForm.needName';
  if (values.kind === 'http' && !/^https?:\/\/[^\s/]/i.test(values.url.trim())) {
    problems.url = 'destinationForm.needUrl';
  }
  if (!values.isEveryType && values.eventTypes.length === 0) {
    problems.eventTypes = 'destinationForm.needTypes';
  }
  return problems;
}

/** As the server has it: no Page without its gateway, an empty list for every type. */
function filterOf(values: DestinationValues) {
  const { gatewayId, pageIds, isEveryType, eventTypes } = values;
  return {
    gatewayId: gatewayId === '' ? null : gatewayId,
    pageIds: gatewayId === '' ? [] : [...pageIds],
    eventTypes: isEveryType ? [] : [...eventTypes],
  };
}

export function toCreate(values: DestinationValues): CreateDestination {
  return {
    name: values.name.trim(),
    kind: values.kind,
    ...(values.kind === 'http' ? { url: values.url.trim() } : {}),
    ...filterOf(values),
    enabled: values.enabled,
  };
}

/** Only what changed travels, so that an address nobody touched is not judged anew. */
export function toUpdate(destination: Destination, values: DestinationValues): UpdateDestination {
  const before = toCreate(valuesOf(destination));
  const after = toCreate(values);
  const body: UpdateDestination = { version: destination.version };
  if (after.name !== before.name) body.name = after.name;
  if (after.url !== undefined && after.url !== before.url) body.url = after.url;
  if (after.gatewayId !== before.gatewayId) body.gatewayId = after.gatewayId ?? null;
  if (!isSame(after.pageIds, before.pageIds)) body.pageIds = after.pageIds ?? [];
  if (!isSame(after.eventTypes, before.eventTypes)) body.eventTypes = after.eventTypes ?? [];
  return body;
}

/** How many fields differ from what is stored. */
export function countChanges(from: DestinationValues, to: DestinationValues): number {
  const [before, after] = [filterOf(from), filterOf(to)];
  return [
    from.name !== to.name,
    from.kind !== to.kind,
    from.url !== to.url,
    from.enabled !== to.enabled,
    before.gatewayId !== after.gatewayId,
    !isSame(before.pageIds, after.pageIds),
    from.isEveryType !== to.isEveryType || !isSame(before.eventTypes, after.eventTypes),
  ].filter(Boolean).length;
}

function isSame(one: readonly string[] = [], other: readonly string[] = []): boolean {
  const known = new Set(one);
  return one.length === other.length && other.every((entry) => known.has(entry));
}
