import type { Destination } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import type { Format } from '../../shared/format.ts';
import { problemWords } from './problem-words.ts';

export type StateName =
  | 'off'
  | 'gone'
  | 'disabled'
  | 'paused'
  | 'failing'
  | 'parked'
  | 'delivering'
  | 'idle'
  | 'fresh';

/** The one thing to do about it. */
export type StateAction = 'switchOn' | 'tryNow' | 'showParked' | 'sendTest';

export interface ShownState {
  readonly name: StateName;
  readonly tone: 'good' | 'warn' | 'bad' | 'calm';
  readonly action: StateAction | undefined;
}

/** What a destination's state is called, how bad it is, and the one thing to do about it. */
export function stateOf({ enabled, disabled, health }: Destination): ShownState {
  if (!enabled) {
    switch (disabled?.reason) {
      case 'gone':
        return { name: 'gone', tone: 'bad', action: 'switchOn' };
      case 'failing':
        return { name: 'disabled', tone: 'bad', action: 'switchOn' };
      default:
        return { name: 'off', tone: 'calm', action: 'switchOn' };
    }
  }
  if (health.state === 'paused') return { name: 'paused', tone: 'bad', action: 'tryNow' };
  if (health.state === 'failing') return { name: 'failing', tone: 'warn', action: 'tryNow' };
  if (health.parked > 0) return { name: 'parked', tone: 'warn', action: 'showParked' };
  if (health.waiting > 0) return { name: 'delivering', tone: 'good', action: undefined };
  return health.lastDeliveredAt === null
    ? { name: 'fresh', tone: 'calm', action: 'sendTest' }
    : { name: 'idle', tone: 'good', action: undefined };
}

/** Two words for the state, to stand beside its sign. */
export function stateTitle(t: TFunction, name: StateName): string {
  return t(`destinationState.${name === 'disabled' ? 'gone' : name}`);
}

export function stateSentence(
  t: TFunction,
  destination: Destination,
  { format, now }: { format: Pick<Format, 'ago' | 'until'>; now: number },
): string {
  const { disabled, health } = destination;
  const problem = problemWords(t, health.problem);
  const ago = disabled === null ? '' : format.ago(disabled.at, now);
  switch (stateOf(destination).name) {
    case 'off':
      return t('destinationState.sentence_off', { ago });
    case 'gone':
      return t('destinationState.sentence_gone', { ago });
    case 'disabled':
      return t('destinationState.sentence_disabled', { ago, problem });
    case 'paused': {
      const when = format.until(health.pausedUntil ?? now, now);
      return t('destinationState.sentence_paused', { problem, when });
    }
    case 'failing':
      return t('destinationState.sentence_failing', { problem });
    case 'parked':
      return t('destinationState.sentence_parked', { count: health.parked });
    case 'delivering':
      return t('destinationState.sentence_delivering');
    case 'idle':
      return t('destinationState.sentence_idle');
    case 'fresh':
      return t('destinationState.sentence_fresh');
  }
}
