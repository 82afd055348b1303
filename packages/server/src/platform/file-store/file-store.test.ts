import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Secret } from '../secret.ts';
import { createDiskStore, createS3Store, createStaging, type FileStore } from './index.ts';
import { S3_KEYS, type S3StandIn, startS3 } from './test-support/s3-stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'chatgate-files-'));
const staging = createStaging(join(folder, 'staging'));
const dispatcher = new Agent();
let s3: S3StandIn;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(async () => {
  await dispatcher.close();
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

const s3Store = (secret = S3_KEYS.secretAccessKey, url = s3.url) =>
  createS3Store({
    ...{ endpoint: `${url}/`, bucket: s3.bucket, region: S3_KEYS.region, dispatcher },
    accessKeyId: S3_KEYS.accessKeyId,
    secretAccessKey: new Secret(secret),
  });

let number = 0;
async function stage(...chunks: string[]) {
  number += 1;
  const file = await staging.begin(`f${number}`);
  for (const chunk of chunks) {
    await file.write(Buffer.from(chunk));
  }
  return file.finish();
}

const content = async (store: FileStore, key: string, range?: { first: number; last: number }) => {
  const stream = await store.read(key, range);
  return stream && (await buffer(stream)).toString();
};

describe.each([
  ['disk', () => createDiskStore(join(folder, 'kept'))],
  ['s3', () => s3Store()],
])('a store of files (%s)', (_name, open) => {
  test('gives back what was put, whole and in parts', async () => {
    const store = open();
    await store.put('att_1.aa', await stage('hello ', 'world'));
    expect(await content(store, 'att_1.aa')).toBe('hello world');
    expect(await content(store, 'att_1.aa', { first: 6, last: 8 })).toBe('wor');
    expect(readdirSync(join(folder, 'staging'))).toEqual([]);
  });

  test('knows what it does not have, and removes as often as it is asked', async () => {
    const store = open();
    await store.put('att_2.bb', await stage('x'));
    await store.remove('att_2.bb');
    await store.remove('att_2.bb');
    expect(await store.read('att_2.bb')).toBeUndefined();
  });
});

test('a staged file knows its size, its hash and its beginning', async () => {
  const staged = await stage('ab', 'c'.repeat(100));
  const sha256 = createHash('sha256')
    .update(`ab${'c'.repeat(100)}`)
    .digest('hex');
  expect(staged).toMatchObject({ bytes: 102, sha256 });
  expect(staged.head.toString()).toBe(`ab${'c'.repeat(62)}`);
  rmSync(staged.path);
});

test('what a dead process left half-way is swept, what is under way is not', async () => {
  const old = join(folder, 'staging', 'old.part');
  writeFileSync(old, 'half');
  utimesSync(old, 1_000, 1_000);
  const running = await staging.begin('running');
  expect(await staging.sweep(Date.now() - 3_600_000)).toBe(1);
  expect(readdirSync(join(folder, 'staging'))).toEqual(['running.part']);
  await running.discard();
  expect(readdirSync(join(folder, 'staging'))).toEqual([]);
});

test('a wrong key is refused by the store, and said with its own word', async () => {
  const file = await stage('x');
  await expect(s3Store('another key').put('att_3.cc', file)).rejects.toThrow(
    '403 SignatureDoesNotMatch',
  );
  expect(s3.objects.has('att_3.cc')).toBe(false);
  rmSync(file.path);
});

test('content that differs from what was signed is refused', async () => {
  const file = await stage('x');
  const lie = { ...file, sha256: 'ab'.repeat(32) };
  await expect(s3Store().put('att_4.dd', lie)).rejects.toThrow('XAmzContentSHA256Mismatch');
  rmSync(file.path);
});

test('a store in trouble is an error, not an empty answer', async () => {
  s3.failNext.push(503, 503, 503);
  const file = await stage('x');
  await expect(s3Store().put('att_5.ee', file)).rejects.toThrow('503 SlowDown');
  await expect(s3Store().read('att_5.ee')).rejects.toThrow('503');
  await expect(s3Store().remove('att_5.ee')).rejects.toThrow('503');
  rmSync(file.path);
});

test('a store has a deadline to begin its answer, a reader has none to take it', async () => {
  const asked: ServerResponse[] = [];
  const arrivals = Array.from({ length: 2 }, () => Promise.withResolvers<void>());
  const slow = createServer((_request, response) => {
    arrivals[asked.push(response) - 1]?.resolve();
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const { port } = slow.address() as AddressInfo;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
    slow.closeAllConnections();
    slow.close();
  });
  const store = s3Store(S3_KEYS.secretAccessKey, `http://127.0.0.1:${port}`);

  const reading = store.read('att_6.ff');
  await arrivals[0]?.promise;
  asked[0]?.writeHead(200, { 'content-length': 11 }).write('hello ');
  const stream = await reading;
  vi.advanceTimersByTime(120_000);
  asked[0]?.end('world');
  expect(stream && (await buffer(stream)).toString()).toBe('hello world');

  const waiting = expect(store.read('att_7.aa')).rejects.toThrow('did not answer within 90000 ms');
  await arrivals[1]?.promise;
  vi.advanceTimersByTime(120_000);
  await waiting;
});
