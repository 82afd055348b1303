import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export const S3_KEYS = {
  accessKeyId: 'AKIDTEST',
  secretAccessKey: 'a very secret key',
  region: 'test-1',
};

export type S3StandIn = {
  readonly url: string;
  readonly bucket: string;
  readonly objects: Map<string, Buffer>;
  /** The next requests are answered like this, one each. */
  readonly failNext: number[];
  readonly close: () => Promise<void>;
};

/**
 * The part of S3 that is used here, with Signature Version 4 checked by code of its own: the
 * canonical request is built from what arrived, and the body must have the hash that was signed.
 */
export async function startS3(bucket = 'files'): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const failNext: number[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body, headers } = answer({
        ...{ request, objects, bucket },
        body: Buffer.concat(chunks),
        fail: failNext.shift(),
      });
      response.writeHead(status, headers).end(body);
    });
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ bucket, objects, failNext },
    close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Answer = { status: number; body?: Buffer | string; headers?: Record<string, string> };

const refuse = (status: number, code: string): Answer => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`,
});

function answer(context: {
  request: IncomingMessage;
  body: Buffer;
  objects: Map<string, Buffer>;
  bucket: string;
  fail: number | undefined;
}): Answer {
  const { request, body, objects, bucket, fail } = context;
  if (fail !== undefined) {
    return refuse(fail, 'SlowDown');
  }
  const wrong = whatIsWrong(request, body);
  if (wrong !== undefined) {
    return refuse(403, wrong);
  }
  const [, asked, ...rest] = (request.url ?? '').split('/');
  const key = rest.join('/');
  if (asked !== bucket) {
    return refuse(404, 'NoSuchBucket');
  }
  switch (request.method) {
    case 'PUT':
      objects.set(key, body);
      return { status: 200 };
    case 'DELETE':
      objects.delete(key);
      return { status: 204 };
    default: {
      const object = objects.get(key);
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      if (!object) {
        return refuse(404, 'NoSuchKey');
      }
      return range
        ? { status: 206, body: object.subarray(Number(range[1]), Number(range[2]) + 1) }
        : { status: 200, body: object };
    }
  }
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) =>
  createHmac('sha256', key).update(data).digest();

function whatIsWrong(request: IncomingMessage, body: Buffer): string | undefined {
  const header = request.headers.authorization ?? '';
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!parts) {
    return 'AccessDenied';
  }
  const [, keyId = '', day = '', region = '', names = '', signature = ''] = parts;
  const { 'x-amz-date': date, 'x-amz-content-sha256': hash } = request.headers;
  if (keyId !== S3_KEYS.accessKeyId || region !== S3_KEYS.region) {
    return 'InvalidAccessKeyId';
  }
  if (!names.split(';').includes('x-amz-content-sha256') || hash !== sha256(body)) {
    return 'XAmzContentSHA256Mismatch';
  }
  const canonical = [
    request.method,
    request.url,
    '',
    ...names.split(';').map((name) => `${name}:${String(request.headers[name])}`),
    '',
    names,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = ['aws4_request', 's3', region, day].reduceRight<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${S3_KEYS.secretAccessKey}`,
  );
  const expected = hmac(key, toSign);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
    ? undefined
    : 'SignatureDoesNotMatch';
}
