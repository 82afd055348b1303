import type { App, EmulatorState } from '../entities.ts';
import { textOf } from '../fault-table.ts';
import { appSecretProof, isSame } from '../signing.ts';
import { coversPage } from '../store.ts';
import { causeOfDeath, findAppByToken } from '../tokens.ts';
import type { Caller } from './call.ts';
import { deadToken, forbidden, GraphFailure } from './failure.ts';
import type { Params } from './params.ts';
import { textParam } from './params.ts';
import type { GraphDeps } from './world.ts';

/** Proofs with a time are good for five minutes. */
const PROOF_MS = 300_000;

/** Finds out whose token it is, or throws what Meta answers to a token that is no longer good. */
export function authenticate(deps: GraphDeps, token: string | undefined): Caller {
  const { core, faults } = deps;
  const { state } = core.store;
  if (token === undefined || token === '') {
    return { kind: 'none' };
  }
  const record = state.tokens[token];
  if (!record) {
    return authenticateApp(state, token);
  }
  const now = core.clock.now();
  const death = causeOfDeath(state, { token: record, now, faults });
  const app = state.apps[record.appId];
  const person = state.people[record.personId];
  const grant = state.grants[`${record.appId}:${record.personId}`];
  if (death || !app || !person || !grant) {
    throw deadToken(death?.subcode ?? 458, { appId: record.appId, now });
  }
  if (record.pageId === null) {
    return { kind: 'user', app, person, grant, token: record };
  }
  const page = state.pages[record.pageId];
  if (!page?.roles[person.id] || (page.requiresTwoFactor && !person.hasTwoFactor)) {
    throw deadToken(492, { appId: app.id, now });
  }
  if (!coversPage(state, grant, page)) {
    throw untickedFailure(deps, app);
  }
  return { kind: 'page', app, person, grant, token: record, page };
}

function authenticateApp(state: EmulatorState, token: string): Caller {
  const app = findAppByToken(state, token);
  if (app) {
    return { kind: 'app', app };
  }
  const isShaped = /^EAA[A-Za-z0-9]+$/.test(token);
  const other = isShaped
    ? 'Invalid OAuth access token - Cannot parse access token'
    : 'Malformed access token';
  const message = token.includes('|') ? 'Invalid OAuth access token signature.' : other;
  throw new GraphFailure({ code: 190, message });
}

/** What Meta answers here is not documented, hence the switch. */
function untickedFailure({ core, faults }: GraphDeps, app: App): GraphFailure {
  const now = core.clock.now();
  switch (textOf(faults.look('unticked_answer'), 'as')) {
    case '200':
      return forbidden('The user has not granted the application access to this Page');
    case '10':
      return new GraphFailure({
        code: 10,
        message: '(#10) Application does not have permission for this action',
      });
    case '492':
      return deadToken(492, { appId: app.id, now });
    default:
      return new GraphFailure({
        code: 190,
        message: `Error validating access token: The user has not authorized application ${app.id} for this Page.`,
      });
  }
}

/**
 * Checks the proof where one was sent, and asks for it where the app requires it.
 *
 * https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export function checkProof(
  { core }: GraphDeps,
  { app, token, params }: { app: App; token: string; params: Params },
): void {
  const proof = textParam(params, 'appsecret_proof');
  const time = textParam(params, 'appsecret_time');
  if (proof === undefined) {
    if (app.requireProof) {
      throw proofFailure('API calls from the server require an appsecret_proof argument');
    }
    return;
  }
  const isInTime =
    time === undefined || Math.abs(core.clock.now() - Number(time) * 1000) <= PROOF_MS;
  if (!isInTime || !isSame(proof, appSecretProof(app.secret, token, time))) {
    throw proofFailure('Invalid appsecret_proof provided in the API argument');
  }
}

const proofFailure = (message: string) =>
  new GraphFailure({ code: 100, message, type: 'GraphMethodException' });
