/** Waits so long and no longer; throws then. The work goes on, and nobody hears of it any more. */
export async function within<T>(atMostMs: number, work: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${atMostMs} ms.`)), atMostMs);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
