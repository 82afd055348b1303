import { setTimeout as pause } from 'node:timers/promises';
import { type Subject, startSubject } from './subject.ts';

export type SinkReport = {
  /** `mid` and time of arrival, in the order of arrival. */
  readonly messages: readonly (readonly [mid: string, at: number])[];
  readonly conversations: number;
  readonly outOfOrder: number;
  /** At least once: more often is allowed. */
  readonly repeated: number;
  readonly badlySigned: number;
};

export type Sink = Subject & {
  /** Forgets what came; from now on it answers so, and keeps what it takes or only counts it. */
  readonly begin: (options: { status?: number; keep?: boolean }) => Promise<void>;
  /** Of what it took since `begin`, and when the last came. */
  readonly count: () => Promise<{ count: number; last: number }>;
  /** Waits until it took so many; gives when it knew. */
  readonly untilCount: (wanted: number) => Promise<void>;
  readonly report: (secret: string) => Promise<SinkReport>;
  readonly kept: () => Promise<{ body: string; headers: Record<string, string> }[]>;
};

const ASK_EVERY_MS = 50;
const PATIENCE_MS = 120_000;

/** An endpoint in a process of its own. */
export async function startSink(): Promise<Sink> {
  const subject = await startSubject('sink.ts', {});
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${subject.url}${path}`)).json()) as T;
  const count: Sink['count'] = () => ask('/count');
  return {
    ...subject,
    count,
    begin: ({ status = 200, keep = true }) => ask(`/begin?status=${status}&keep=${keep}`),
    report: (secret) => ask(`/report?secret=${encodeURIComponent(secret)}`),
    kept: () => ask('/kept'),
    async untilCount(wanted) {
      let seen = 0;
      let movedAt = performance.now();
      while (seen < wanted) {
        if (performance.now() - movedAt > PATIENCE_MS) {
          throw new Error(`Only ${seen} of ${wanted} came.`);
        }
        await pause(ASK_EVERY_MS);
        const { count: now } = await count();
        movedAt = now === seen ? movedAt : performance.now();
        seen = now;
      }
    },
  };
}
