import type { DestinationRow } from '../destinations/store.ts';
import { createPace, type Pace } from '../send/pace.ts';
import type { Share } from './claim.ts';
import type { ClaimedRun, FinishedRun } from './run.ts';

/** Open requests of this process to one destination. */
const MAX_OPEN_PER_DESTINATION = 64;

export type Paces = {
  /**
   * Divides the room among due destinations, equally, and gives none more than it may have. The
   * last half of the room is for those that hold little: slow ones shall not fill all of it. None
   * gets more than `each` at a time.
   */
  readonly shares: (
    due: readonly DestinationRow[],
    room: { readonly free: number; readonly all: number; readonly each: number },
  ) => Share[];
  readonly begun: (run: ClaimedRun) => void;
  /** Destinations that something of this process is on its way to. */
  readonly underWay: () => string[];
  /** A destination has come to this version. */
  readonly seen: (destinationId: string, version: number) => void;
  /** False once a later version was seen: what this row says is not to be sent by any more. */
  readonly isCurrent: (row: Pick<DestinationRow, 'id' | 'version'>) => boolean;
  /** What the end of a run says about its destination. Undefined steps: it could not begin. */
  readonly ended: (run: ClaimedRun, steps: FinishedRun['steps'] | undefined) => FinishedRun;
  /** The success of these runs is recorded: what was noted against their destinations is over. */
  readonly settled: (runs: readonly FinishedRun[]) => void;
};

/** Of a run that could not begin, for example because the database did not answer. */
const REST_AFTER_FAILURE_MS = 1_000;

/** What this process knows of its destinations; everything that must outlive it is in the database. */
export function createPaces(): Paces {
  const paces = new Map<string, Pace>();
  const troubled = new Set<string>();
  const versions = new Map<string, number>();
  let turn = 0;

  function paceOf(destinationId: string): Pace {
    const known = paces.get(destinationId) ?? createPace(MAX_OPEN_PER_DESTINATION);
    paces.set(destinationId, known);
    return known;
  }

  const isCurrent: Paces['isCurrent'] = ({ id, version }) => version >= (versions.get(id) ?? 0);

  function judge(run: ClaimedRun, steps: FinishedRun['steps']): boolean {
    const pace = paceOf(run.destination.id);
    let isDown = false;
    for (const { ending } of steps) {
      if (ending.kind === 'tried' && ending.attempt.outcome === 'delivered') {
        pace.succeeded();
      } else if (ending.kind === 'tried') {
        isDown = pace.failed(run.queue.queue_key) || run.probeUntil !== null;
        troubled.add(run.destination.id);
      }
    }
    return isDown;
  }

  return {
    shares(due, { free, all, each }) {
      if (due.length === 0 || free <= 0) {
        return [];
      }
      const isScarce = free <= all / 2;
      // Who comes first changes, for the case that there is not room for all.
      turn += 1;
      const start = turn % due.length;
      const share = Math.min(each, Math.max(1, Math.floor(free / due.length)));
      return (
        [...due.slice(start), ...due.slice(0, start)]
          .slice(0, free)
          .map((row) => {
            const own = paceOf(row.id).room(isScarce);
            return { row, limit: Math.min(share, row.paused_until === null ? own : 1, own) };
          })
          .filter(({ limit }) => limit > 0)
          // In one order everywhere, so that two replicas cannot wait for each other.
          .sort((a, b) => (a.row.id < b.row.id ? -1 : 1))
      );
    },
    begun: (run) => paceOf(run.destination.id).started(),
    underWay: () => [...paces].filter(([, pace]) => pace.isOpen()).map(([id]) => id),
    seen(destinationId, version) {
      versions.set(destinationId, Math.max(version, versions.get(destinationId) ?? 0));
    },
    isCurrent,
    ended(run, steps) {
      const { destination, queue, claim, probeUntil } = run;
      paceOf(destination.id).ended();
      const isWholeDestinationDown = judge(run, steps ?? []);
      return {
        ...{ destination, queue, claim, probeUntil, steps: steps ?? [], isWholeDestinationDown },
        isOutdated: !isCurrent(destination),
        restMs: steps === undefined ? REST_AFTER_FAILURE_MS : 0,
        endsTrouble:
          troubled.has(destination.id) || destination.failing_since !== null || probeUntil !== null,
      };
    },
    settled(runs) {
      for (const run of runs) {
        if (run.endsTrouble && run.steps.some(isDelivered)) {
          troubled.delete(run.destination.id);
        }
      }
    },
  };
}

function isDelivered({ ending }: FinishedRun['steps'][number]): boolean {
  return ending.kind === 'tried' && ending.attempt.outcome === 'delivered';
}
