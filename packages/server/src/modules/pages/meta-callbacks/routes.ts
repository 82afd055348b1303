import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../platform/errors.ts';
import type { Receiver } from '../../gateways/index.ts';
import type { PagesDeps } from '../deps.ts';
import { answerNoDeletion, answerStatus } from './answer-status.ts';
import { deauthorize } from './deauthorize.ts';
import { eraseAccount } from './erase-account.ts';
import { type CallbackSubject, readSignedRequest } from './signed-request.ts';
import { findDeletionByCode } from './store.ts';

type MetaCallbackDeps = PagesDeps & {
  /** Reads a Page again; returns at once. */
  readonly onPageLeft: (page: { gatewayId: string; pageId: string }) => void;
};

const MAX_BODY_BYTES = 64 * 1024;
const limited = { bodyLimit: MAX_BODY_BYTES };

/**
 * What Meta demands before an app may go live, for a scope under `/meta/:uri`. Both callbacks come
 * as forms; whoever posts anything else, or an unsigned form, changes nothing.
 */
export function registerMetaCallbacks(scope: FastifyInstance, deps: MetaCallbackDeps): void {
  scope.register((forms, _options, done) => {
    forms.removeAllContentTypeParsers();
    forms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', ...limited },
      (_request, body, parsed) => parsed(null, new URLSearchParams(String(body))),
    );
    forms.post('/deauthorize', limited, async (request) => {
      const { gatewayId, subject } = await readCallback(deps, request, 'deauthorize_url');
      const pageId = await deauthorize(deps, { gatewayId, subject });
      if (pageId !== undefined) {
        deps.onPageLeft({ gatewayId, pageId });
      }
      return { ok: true };
    });
    forms.post('/data-deletion', limited, (request) => answerDeletion(deps, request));
    forms.get('/data-deletion', (request, reply) => showDeletion(deps, request, reply));
    done();
  });
}

async function answerDeletion(deps: PagesDeps, request: FastifyRequest) {
  const { gatewayId, uri, subject } = await readCallback(deps, request, 'data_deletion_url');
  const { accountId, issuedAt } = subject;
  if (accountId === undefined) {
    throw refusal();
  }
  const code = await eraseAccount(deps, { gatewayId, accountId, issuedAt });
  const url = `${deps.gateways.callbackUrl(uri, 'data-deletion')}?code=${code}`;
  return { url, confirmation_code: code };
}

async function showDeletion(deps: PagesDeps, request: FastifyRequest, reply: FastifyReply) {
  const { code } = request.query as { code?: unknown };
  const asked = typeof code === 'string' ? code : '';
  const receiver = await deps.gateways.findReceiver(uriOf(request));
  const deletion =
    receiver &&
    (await findDeletionByCode(deps.db.read, { gatewayId: receiver.gatewayId, code: asked }));
  return deletion ? answerStatus(reply, deletion) : answerNoDeletion(reply, asked);
}

/** Throws `not_found` for an unknown gateway, `signed_request_invalid` for what Meta did not sign. */
async function readCallback(
  deps: PagesDeps,
  request: FastifyRequest,
  line: 'deauthorize_url' | 'data_deletion_url',
): Promise<{ gatewayId: string; uri: string; subject: CallbackSubject }> {
  const uri = uriOf(request);
  const receiver: Receiver | undefined = await deps.gateways.findReceiver(uri);
  if (!receiver) {
    throw new AppError('not_found', 'No such gateway.');
  }
  const { gatewayId, appSecrets } = receiver;
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const reading = readSignedRequest(form.get('signed_request'), {
    appSecrets,
    now: deps.clock.now(),
  });
  if (reading.kind === 'refused') {
    deps.log.warn({ gatewayId, why: reading.why }, 'signed_request.refused');
    if (reading.why === 'signature') {
      await deps.gateways.noteSetUp(gatewayId, { line, works: false });
    }
    throw refusal();
  }
  return { gatewayId, uri, subject: reading.subject };
}

/** Why is in the log, for those who run the gateway. */
const refusal = () =>
  new AppError(
    'signed_request_invalid',
    'signed_request is missing, malformed, too old, or not signed with the App secret.',
  );

function uriOf(request: FastifyRequest): string {
  const { uri } = request.params as { uri?: unknown };
  return typeof uri === 'string' ? uri : '';
}
