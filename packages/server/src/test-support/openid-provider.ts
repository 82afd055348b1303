import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type ProviderFault =
  | 'wrong_nonce'
  | 'wrong_audience'
  | 'wrong_issuer'
  | 'expired'
  | 'unknown_key'
  | 'down';

export type OpenIdProvider = {
  readonly issuer: string;
  /** What is wrong with it from now on; undefined: nothing. */
  fault: ProviderFault | undefined;
  /** Who is signed in there, for a browser that comes by; undefined: it says that they cancelled. */
  visitor: Record<string, unknown> | undefined;
  /** What the person does there: signs in, and is sent back. Gives the path and query of that. */
  readonly approve: (url: string, claims: Record<string, unknown>) => string;
  readonly stop: () => Promise<void>;
};

type Grant = {
  readonly claims: Record<string, unknown>;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
};

const CLIENT = { id: 'chatgate', secret: 'a secret with: signs' };

/** An OpenID Connect provider in this process, which signs as a real one does, and errs on demand. */
export async function startOpenIdProvider(clock: { now: () => number }): Promise<OpenIdProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const state: Pick<OpenIdProvider, 'fault' | 'visitor'> = { fault: undefined, visitor: undefined };

  const answers: Record<string, (request: IncomingMessage) => unknown> = {
    '/.well-known/openid-configuration': () => description(issuer),
    '/jwks': () => ({
      keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
    }),
    '/token': async (request) => tokens(request),
  };

  async function tokens(request: IncomingMessage): Promise<unknown> {
    const form = new URLSearchParams(await textOf(request));
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const key = state.fault === 'unknown_key' ? others.privateKey : keys.privateKey;
    if (!grant || !fits(grant, form) || request.headers.authorization !== ourHeader()) {
      return undefined;
    }
    return {
      access_token: 'opaque',
      token_type: 'Bearer',
      id_token: idToken({ issuer, now: clock.now(), fault: state.fault, key }, grant),
    };
  }

  function approve(url: string, claims: Record<string, unknown>): URL {
    const code = randomBytes(16).toString('hex');
    grants.set(code, grantFor(new URL(url).searchParams, claims));
    return returnOf(url, { code });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith('/authorize?')) {
      const url = `${issuer}${request.url}`;
      const back = state.visitor
        ? approve(url, state.visitor)
        : returnOf(url, { error: 'access_denied' });
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const body = await answers[request.url ?? '']?.(request);
    const status = state.fault === 'down' ? 503 : body === undefined ? 400 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;

  return {
    issuer,
    get fault() {
      return state.fault;
    },
    set fault(fault) {
      state.fault = fault;
    },
    get visitor() {
      return state.visitor;
    },
    set visitor(visitor) {
      state.visitor = visitor;
    },
    approve(url, claims) {
      const back = approve(url, claims);
      return back.pathname + back.search;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const grantFor = (query: URLSearchParams, claims: Record<string, unknown>): Grant => ({
  claims,
  nonce: query.get('nonce') ?? '',
  challenge: query.get('code_challenge') ?? '',
  redirectUri: query.get('redirect_uri') ?? '',
});

/** Where the browser goes next, with what is said there (RFC 6749, 4.1.2). */
function returnOf(url: string, said: Record<string, string>): URL {
  const query = new URL(url).searchParams;
  const back = new URL(query.get('redirect_uri') ?? '');
  back.search = new URLSearchParams({ ...said, state: query.get('state') ?? '' }).toString();
  return back;
}

const description = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});

/** Whether the code is exchanged by whoever began (RFC 7636), for the same redirect. */
function fits({ challenge, redirectUri }: Grant, form: URLSearchParams): boolean {
  const verifier = form.get('code_verifier') ?? '';
  const hash = createHash('sha256').update(verifier).digest('base64url');
  return hash === challenge && form.get('redirect_uri') === redirectUri;
}

function idToken(
  by: { issuer: string; now: number; fault: ProviderFault | undefined; key: KeyObject },
  { claims, nonce }: Grant,
): string {
  const { fault, issuer } = by;
  const now = Math.floor(by.now / 1_000);
  const age = fault === 'expired' ? 3_600 : 0;
  const payload = {
    iss: fault === 'wrong_issuer' ? 'https://evil.example.test' : issuer,
    aud: fault === 'wrong_audience' ? 'another client' : CLIENT.id,
    nonce: fault === 'wrong_nonce' ? 'another nonce' : nonce,
    iat: now - age,
    exp: now - age + 300,
    ...claims,
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'one' })}.${part(payload)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), by.key).toString('base64url')}`;
}

/** The header of a client that knows our secret. */
const ourHeader = () => {
  const pair = `${formEncode(CLIENT.id)}:${formEncode(CLIENT.secret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
};

/** As the two parts of Basic authentication are encoded (RFC 6749, 2.3.1). */
const formEncode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2);

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
