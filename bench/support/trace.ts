import type { Browser, Page } from '../../tests/support/browser.ts';

type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Of the processor; a machine that is busy elsewhere does not lengthen it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

export type LongestTask = { readonly wallMs: number; readonly cpuMs: number };

/** The longest task of the page's main thread while something was done. */
export async function longestTask(
  { browser, page }: { browser: Browser; page: Page },
  work: () => Promise<void>,
): Promise<LongestTask> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata', 'devtools.timeline'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = traceEvents.filter(
    (event) => event.ph === 'X' && event.name.endsWith('RunTask') && mains.has(threadOf(event)),
  );
  if (tasks.length === 0) {
    throw new Error('The trace holds no task of the main thread.');
  }
  const longest = (of: (event: TraceEvent) => number | undefined) =>
    tasks.reduce((most, event) => Math.max(most, of(event) ?? 0), 0) / 1_000;
  return { wallMs: longest(({ dur }) => dur), cpuMs: longest(({ tdur }) => tdur) };
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid}:${tid}`;
