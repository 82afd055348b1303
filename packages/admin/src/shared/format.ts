import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** Making a formatter takes longer than drawing what it formats: each is made once. */
function once<Made>(make: (language: string) => Made): (language: string) => Made {
  const made = new Map<string, Made>();
  return (language) => {
    const known = made.get(language) ?? make(language);
    made.set(language, known);
    return known;
  };
}

const relativeTimes = {
  short: once(
    (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }),
  ),
  long: once((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' })),
};
const relativeTime = (language: string, style: 'short' | 'long') => relativeTimes[style](language);

/** "3 minutes ago". Times slightly in the future (another clock) read as now. */
export function agoIn(language: string, at: number, now: number): string {
  const past = Math.max(0, now - at);
  const found = units.find(([, ms]) => past >= ms) ?? (['second', 1000] as const);
  return relativeTime(language, 'short').format(-Math.floor(past / found[1]), found[0]);
}

/** "in 3 minutes". Times that have passed read as now. */
export function untilIn(language: string, at: number, now: number): string {
  const left = Math.max(0, at - now);
  const found = units.find(([, ms]) => left >= ms) ?? (['second', 1000] as const);
  // Not abbreviated: it ends sentences, and "48 sec.." has a full stop too many.
  return relativeTime(language, 'long').format(Math.ceil(left / found[1]), found[0]);
}

type Unit = 'hour' | 'minute' | 'second' | 'byte' | 'kilobyte' | 'megabyte';

/** "12 min", "1.4 MB": a number with its unit. */
export function unitIn(
  language: string,
  value: number,
  unit: Unit,
  options: Pick<Intl.NumberFormatOptions, 'unitDisplay' | 'maximumFractionDigits'> = {},
): string {
  const style = { style: 'unit', unit, unitDisplay: 'short', ...options } as const;
  return new Intl.NumberFormat(language, style).format(value);
}

export interface Format {
  readonly number: (value: number) => string;
  readonly dateTime: (at: number) => string;
  readonly exact: (at: number) => string;
  readonly time: (at: number) => string;
  readonly date: (at: number) => string;
  readonly day: (at: number) => string;
  readonly list: (items: readonly string[]) => string;
  readonly ago: (at: number, now: number) => string;
  readonly until: (at: number, now: number) => string;
}

const formatsFor = once((language): Format => {
  const number = new Intl.NumberFormat(language);
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'full' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  return {
    number: (value) => number.format(value),
    dateTime: (at) => dateTime.format(at),
    exact: (at) => exact.format(at),
    time: (at) => time.format(at),
    date: (at) => date.format(at),
    day: (at) => day.format(at),
    list: (items) => list.format(items),
    ago: (at, now) => agoIn(language, at, now),
    until: (at, now) => untilIn(language, at, now),
  };
});

/**
 * English is written differently where people live: 28 Nov 2026, 18:04 in Britain is Nov 28, 2026,
 * 6:04 PM in America, and plain `en` means America. A place that the browser names is taken.
 */
export function localeOf(language: string, wanted: readonly string[]): string {
  const places =
    language === 'en' ? wanted.filter((tag) => /^en-([a-z]{2}|\d{3})$/i.test(tag)) : [];
  return places[0] ?? language;
}

/** Dates, numbers and lists in the language of the person. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatsFor(localeOf(i18n.language, navigator.languages));
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tellAll(): void {
  for (const listener of listeners) listener();
}

/** One timer for all that show time. */
function subscribeToSeconds(changed: () => void): () => void {
  listeners.add(changed);
  timer ??= setInterval(tellAll, 1000);
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Words about the present time; whoever shows them is drawn again when they change. */
export function useWordsOfNow(words: (now: number) => string): string {
  return useSyncExternalStore(subscribeToSeconds, () =>
    words(Math.floor(Date.now() / 1000) * 1000),
  );
}

/** The present time, to `stepMs`; whoever shows "2 s ago" is drawn again when it changes. */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(subscribeToSeconds, () => Math.floor(Date.now() / stepMs) * stepMs);
}
