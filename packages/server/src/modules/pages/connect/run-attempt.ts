import type { ConnectErrorCode, MetaProblem } from '@chatgate/contract';
import { throughOutages } from '../../../platform/db/index.ts';
import { scrub } from '../../../platform/log.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import type { Tally } from '../../graph/index.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import { InviteEnded, invitedAs } from '../invite/use-invite.ts';
import { applyReceiving } from '../subscription/apply-receiving.ts';
import type { AttemptRow } from '../tables.ts';
import { type AdoptedHook, applyReading, type ConnectResult } from './apply-reading.ts';
import { readAccount } from './read-account.ts';
import { RightsTaken } from './rights-taken.ts';
import { deleteOldAttempts, endStaleAttempts, finishAttempt } from './store.ts';

/** A browser that came back from Facebook, its state spent. */
export type Returned = {
  readonly app: GatewayApp;
  readonly attempt: AttemptRow;
  /** Absent when the person cancelled, or Facebook did for them. */
  readonly code: string | undefined;
  /** Facebook's own words then. */
  readonly words: string | undefined;
};

const MAX_RUN_MS = 5 * 60_000;
const MAX_WORDS = 500;
/** Its browser asks for minutes; what came of it is in the audit log. */
const KEPT_MS = 30 * 86_400_000;
const PER_STEP = 500;

type Context = {
  readonly adopted: readonly AdoptedHook[];
  readonly onRemoved: () => void;
  readonly stopping: AbortSignal;
};

/**
 * Reads what the log-in gave and applies it. Always ends the attempt: its code is spent, so that
 * what was read waits for a database that does not work.
 */
export async function runAttempt(
  deps: PagesDeps,
  returned: Returned,
  context: Context,
): Promise<void> {
  const { app, attempt } = returned;
  const end = (ending: Parameters<typeof fail>[1]) =>
    throughOutages(() => fail(deps, ending), context.stopping);
  try {
    const failure = await readAndApply(deps, returned, context);
    if (failure) {
      await end({ attempt, ...failure });
    }
  } catch (error) {
    const code = endedBy(error);
    if (code !== undefined) {
      await end({ attempt, status: 'failed', code, problem: undefined });
      return;
    }
    deps.log.error({ gatewayId: app.id, attemptId: attempt.id, err: error }, 'connect.failed');
    await end({ attempt, status: 'failed', code: 'interrupted', problem: undefined });
  }
}

/** What may end the right to connect Pages while they are read. */
function endedBy(error: unknown): ConnectErrorCode | undefined {
  if (error instanceof InviteEnded) {
    return 'invite_ended';
  }
  return error instanceof RightsTaken ? 'not_allowed' : undefined;
}

type Failure = Pick<Parameters<typeof fail>[1], 'status' | 'code' | 'problem'>;

async function readAndApply(
  deps: PagesDeps,
  { app, attempt, code, words }: Returned,
  { adopted, onRemoved, stopping }: Context,
): Promise<Failure | undefined> {
  const { graph, clock, gateways, log } = deps;
  if (code === undefined) {
    const problem = words === undefined ? undefined : { message: scrub(words).slice(0, MAX_WORDS) };
    return { status: 'cancelled', code: 'cancelled', problem };
  }
  const reading = await readAccount(
    { graph, now: clock.now },
    {
      app: { ...credentialsOf(app), findBusinessPages: app.findBusinessPages },
      code,
      redirectUri: gateways.callbackUrl(app.uri, 'oauth/callback'),
    },
  );
  if (reading.kind === 'failed') {
    return { status: 'failed', code: reading.code, problem: reading.problem };
  }
  const applied = await throughOutages(async () => {
    await gateways.noteSetUp(app.id, { line: 'permissions', granted: reading.scopes });
    return applyReading(deps, {
      app,
      attemptId: attempt.id,
      actor: auditActorOf(attempt),
      begunBy: attempt,
      invited: invitedAs(attempt),
      reading,
      adopted,
    });
  }, stopping);
  if (!applied) {
    log.warn({ gatewayId: app.id, attemptId: attempt.id }, 'connect.dropped');
    return undefined;
  }
  announce(deps, attempt, { ...applied, tally: reading.tally });
  if (applied.result.removed.length > 0) {
    onRemoved();
  }
  if (applied.toSwitchOn.length > 0) {
    await applyReceiving(deps, { app, pageIds: applied.toSwitchOn });
    deps.live.publish({ type: 'pages.changed', gatewayId: app.id });
  }
  return undefined;
}

function announce(
  { log, live }: PagesDeps,
  { id: attemptId, gateway_id: gatewayId, invite_id: inviteId }: AttemptRow,
  { result, tally }: { result: ConnectResult; tally: Tally },
): void {
  log.info(
    {
      gatewayId,
      attemptId,
      added: result.added.length,
      kept: result.kept.length,
      removed: result.removed.length + result.keptByOther.length,
      notConnectable: result.notConnectable.length,
      complete: result.complete,
      ...tally,
    },
    'connect.finished',
  );
  live.publish({ type: 'connect.finished', gatewayId, attemptId });
  live.publish({ type: 'pages.changed', gatewayId });
  if (inviteId !== null) {
    live.publish({ type: 'invites.changed', gatewayId });
  }
}

/** What an invited person does is done by the invite: they have no account here. */
function auditActorOf(attempt: AttemptRow): AuditActor {
  const { actor_kind: kind, actor_id: id, actor_name: name } = attempt;
  return kind === 'invite'
    ? { kind: 'system', id: attempt.invite_id, name: `Invite: ${name}` }
    : { kind, id, name };
}

async function fail(
  { db, clock, live, log }: PagesDeps,
  {
    attempt,
    status,
    code,
    problem,
  }: {
    attempt: AttemptRow;
    status: 'cancelled' | 'failed';
    code: ConnectErrorCode;
    problem: MetaProblem | undefined;
  },
): Promise<void> {
  const ended = await db.transaction((tx) =>
    finishAttempt(tx, attempt.id, {
      status,
      finished_at: clock.now(),
      account: null,
      result: null,
      error_code: code,
      error_problem: problem ? JSON.stringify(problem) : null,
    }),
  );
  if (ended) {
    const gatewayId = attempt.gateway_id;
    log.info({ gatewayId, attemptId: attempt.id, status, code, problem }, 'connect.finished');
    live.publish({ type: 'connect.finished', gatewayId, attemptId: attempt.id });
  }
}

/** One step of the worker that ends attempts nobody will finish, and forgets those long over. */
export async function endStaleStep({ db, clock, live }: PagesDeps): Promise<number> {
  const now = clock.now();
  const { ended, forgotten } = await db.transaction(async (tx) => ({
    ended: await endStaleAttempts(tx, { now, interruptedBefore: now - MAX_RUN_MS }),
    forgotten: await deleteOldAttempts(tx, { endedBefore: now - KEPT_MS, limit: PER_STEP }),
  }));
  for (const { id, gateway_id } of ended) {
    live.publish({ type: 'connect.finished', gatewayId: gateway_id, attemptId: id });
  }
  return ended.length + forgotten;
}
