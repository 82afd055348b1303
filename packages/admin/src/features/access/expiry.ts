const DAY_MS = 86_400_000;

/** What a date field holds for the day of `at`, where the person is: 2026-11-25. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** When a key ends: after `lifetime` days, at the end of the `day` that was chosen, or never. */
export function expiryOf(choice: {
  readonly lifetime: string;
  readonly day: string;
  readonly now: number;
}): number | null {
  const { lifetime, day, now } = choice;
  if (lifetime === '') return null;
  if (lifetime !== 'date') return now + Number(lifetime) * DAY_MS;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  // The first moment of the next day, by the calendar: days have 23 or 25 hours twice a year.
  return new Date(year, month - 1, date + 1).getTime();
}
