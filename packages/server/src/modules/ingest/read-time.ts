const LATEST_TIME = 8.64e15;
/** Milliseconds have been above this since 1973, seconds will be until the year 5138. */
const FIRST_MILLISECONDS = 1e11;

/** Meta's times are milliseconds beside messages and seconds beside changes. */
export function readTime(value: unknown): number | null {
  const time = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof time !== 'number' || !(time > 0) || time > LATEST_TIME) {
    return null;
  }
  return Math.round(time < FIRST_MILLISECONDS ? time * 1000 : time);
}
