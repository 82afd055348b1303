import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import { type Dispatcher, request } from 'undici';
import type { Secret } from '../secret.ts';
import type { ByteRange, FileStore } from './types.ts';

/** A put of 25 MB over a slow line; less than the lease of whoever puts. */
const PUT_MS = 90_000;
const CALL_MS = 20_000;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Any store that speaks S3 (path-style addresses, Signature Version 4). The address is the
 * operator's, so it is not guarded; the hash of the content is signed, so that what arrives there
 * is what was sent.
 */
export function createS3Store(options: {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: Secret;
  dispatcher: Dispatcher;
}): FileStore {
  const base = `${options.endpoint.replace(/\/+$/, '')}/${options.bucket}`;

  async function call(
    method: 'GET' | 'PUT' | 'DELETE',
    key: string,
    more: {
      sha256?: string;
      range?: ByteRange;
      body?: Readable;
      bytes?: number;
      timeoutMs: number;
    },
  ) {
    const signed = await new AwsV4Signer({
      method,
      url: `${base}/${key}`,
      headers: { 'x-amz-content-sha256': more.sha256 ?? EMPTY_SHA256 },
      accessKeyId: options.accessKeyId,
      secretAccessKey: options.secretAccessKey.reveal(),
      region: options.region,
      service: 's3',
    }).sign();
    const { signal, answered } = beginDeadline(more.timeoutMs);
    return request(signed.url, {
      dispatcher: options.dispatcher,
      method,
      signal,
      headers: {
        ...Object.fromEntries(signed.headers),
        ...(more.bytes === undefined ? {} : { 'content-length': String(more.bytes) }),
        ...(more.range ? { range: `bytes=${more.range.first}-${more.range.last}` } : {}),
      },
      ...(more.body ? { body: more.body } : {}),
    }).finally(answered);
  }

  return {
    kind: 's3',
    async put(key, { path, bytes, sha256 }) {
      const body = createReadStream(path);
      const { statusCode, body: answer } = await call('PUT', key, {
        ...{ sha256, bytes, body },
        timeoutMs: PUT_MS,
      });
      if (statusCode !== 200) {
        throw await refusal('PUT', statusCode, answer);
      }
      await answer.dump();
      await rm(path, { force: true });
    },
    async read(key, range) {
      const { statusCode, body } = await call('GET', key, {
        ...(range ? { range } : {}),
        timeoutMs: PUT_MS,
      });
      if (statusCode === 404) {
        await body.dump();
        return undefined;
      }
      if (statusCode !== 200 && statusCode !== 206) {
        throw await refusal('GET', statusCode, body);
      }
      return body;
    },
    async remove(key) {
      const { statusCode, body } = await call('DELETE', key, { timeoutMs: CALL_MS });
      if (statusCode >= 300 && statusCode !== 404) {
        throw await refusal('DELETE', statusCode, body);
      }
      await body.dump();
    },
  };
}

/**
 * For the answer to begin. Its parts have undici's own: a telephone may take minutes for a film, and
 * a deadline for the whole cut it off.
 */
function beginDeadline(ms: number): { signal: AbortSignal; answered: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`The S3 store did not answer within ${ms} ms.`)),
    ms,
  );
  return { signal: controller.signal, answered: () => clearTimeout(timer) };
}

/** The store's own word for it (`AccessDenied`, `NoSuchBucket`, …) is what an operator needs. */
async function refusal(
  method: string,
  status: number,
  body: Dispatcher.ResponseData['body'],
): Promise<Error> {
  const text = await body.text().catch(() => '');
  const code = /<Code>([\w.]{1,80})<\/Code>/.exec(text)?.[1] ?? '';
  return new Error(`The S3 store answered ${status} ${code} to ${method}.`);
}
