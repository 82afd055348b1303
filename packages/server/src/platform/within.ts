/**
 * Waits so long and no longer; then throws what `error` makes. The work goes on, and what becomes of
 * it is nobody's business any more.
 */
export async function within<T>(
  atMostMs: number,
  work: Promise<T>,
  error: () => Error,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(error()), atMostMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
