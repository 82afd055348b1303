import type { EventType } from '@chatgate/contract';
import type { TFunction } from 'i18next';

type Hyphened<Name extends string> = Name extends `${infer Before}.${infer After}`
  ? `${Before}-${After}`
  : never;

/** What a type of event means. */
export function eventTypeWords(t: TFunction, type: EventType): string {
  // The catalogue has exactly these keys: a dot in a key would be a path.
  const key = type.replace('.', '-') as Hyphened<EventType>;
  return t(`eventTypes.${key}`);
}
