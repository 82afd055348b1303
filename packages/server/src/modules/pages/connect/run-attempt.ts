import type { ConnectErrorCode, MetaProblem } from '@chatgate/contract';
import { scrub } from '../../../platform/log.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import { InviteEnded, invitedAs } from '../invite/use-invite.ts';
import { applyReceiving } from '../subscription/apply-receiving.ts';
import type { AttemptRow } from '../tables.ts';
import { type AdoptedHook, applyReading } from './apply-reading.ts';
import { readAccount } from './read-account.ts';
import { endStaleAttempts, finishAttempt } from './store.ts';

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

/** Reads what the log-in gave and applies it. Always ends the attempt. */
export async function runAttempt(
  deps: PagesDeps,
  { app, attempt, code, words }: Returned,
  { adopted, onRemoved }: { adopted: readonly AdoptedHook[]; onRemoved: () => void },
): Promise<void> {
  const { graph, clock, gateways, live, log } = deps;
  const gatewayId = app.id;
  try {
    if (code === undefined) {
      const problem =
        words === undefined ? undefined : { message: scrub(words).slice(0, MAX_WORDS) };
      await fail(deps, { attempt, status: 'cancelled', code: 'cancelled', problem });
      return;
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
      await fail(deps, { attempt, status: 'failed', code: reading.code, problem: reading.problem });
      return;
    }
    await gateways.noteSetUp(gatewayId, { line: 'permissions', granted: reading.scopes });
    const applied = await applyReading(deps, {
      app,
      attemptId: attempt.id,
      actor: auditActorOf(attempt),
      invited: invitedAs(attempt),
      reading,
      adopted,
    });
    if (!applied) {
      log.warn({ gatewayId, attemptId: attempt.id }, 'connect.dropped');
      return;
    }
    const { result, toSwitchOn } = applied;
    log.info(
      {
        gatewayId,
        attemptId: attempt.id,
        added: result.added.length,
        kept: result.kept.length,
        removed: result.removed.length + result.keptByOther.length,
        notConnectable: result.notConnectable.length,
        complete: result.complete,
        ...reading.tally,
      },
      'connect.finished',
    );
    live.publish({ type: 'connect.finished', gatewayId, attemptId: attempt.id });
    live.publish({ type: 'pages.changed', gatewayId });
    if (attempt.invite_id !== null) {
      live.publish({ type: 'invites.changed', gatewayId });
    }
    if (result.removed.length > 0) {
      onRemoved();
    }
    if (toSwitchOn.length > 0) {
      await applyReceiving(deps, { app, pageIds: toSwitchOn });
      live.publish({ type: 'pages.changed', gatewayId });
    }
  } catch (error) {
    if (error instanceof InviteEnded) {
      await fail(deps, { attempt, status: 'failed', code: 'invite_ended', problem: undefined });
      return;
    }
    log.error({ gatewayId, attemptId: attempt.id, err: error }, 'connect.failed');
    await fail(deps, { attempt, status: 'failed', code: 'interrupted', problem: undefined });
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

/** One step of the worker that ends attempts nobody will finish. */
export async function endStaleStep({ db, clock, live }: PagesDeps): Promise<number> {
  const now = clock.now();
  const ended = await db.transaction((tx) =>
    endStaleAttempts(tx, { now, interruptedBefore: now - MAX_RUN_MS }),
  );
  for (const { id, gateway_id } of ended) {
    live.publish({ type: 'connect.finished', gatewayId: gateway_id, attemptId: id });
  }
  return ended.length;
}
