import type { Gateway } from '@chatgate/contract';
import { expect, test } from 'vitest';
import {
  countChanges,
  emptyValues,
  problemsOf,
  toCreate,
  toUpdate,
  valuesOf,
} from './gateway-values.ts';

const AT = 1_795_350_000_000;
const stored: Gateway = {
  id: 'gw_1',
  name: 'Shop',
  provider: 'messenger',
  uri: 'abc',
  callbackBase: 'https://chat.example/meta/abc',
  appId: '123',
  appName: null,
  secretChangedAt: AT,
  previousSecretUntil: null,
  apiVersion: null,
  loginConfigId: null,
  findBusinessPages: false,
  importMissedMessages: false,
  subscribeNewPages: false,
  keepEventsDays: null,
  defaultKeepEventsDays: 90,
  keepConversationsDays: null,
  humanAgent: false,
  enabled: true,
  webhook: { state: 'registered', checkedAt: AT, problem: null, warning: null },
  pages: { count: 0, receiving: 0, needAttention: 0 },
  unknownPages: 0,
  steps: { saved: AT, pageConnected: null, receivingOn: null, firstMessage: null },
  setUp: [],
  version: 4,
  createdAt: AT,
  updatedAt: AT,
};
const filled = { ...emptyValues, name: 'Shop', appId: '123', appSecret: 's' };

test('an empty form names each field that is missing', () => {
  expect(problemsOf(emptyValues)).toEqual({
    name: 'form.needName',
    appId: 'form.needAppId',
    appSecret: 'form.needSecret',
  });
});

test('a version is written like v26.0 or not at all', () => {
  expect(problemsOf({ ...filled, apiVersion: 'v26.0' })).toEqual({});
  expect(problemsOf({ ...filled, apiVersion: '26' })).toEqual({ apiVersion: 'form.needVersion' });
});

test('a stored gateway keeps its secret unless it is replaced', () => {
  const values = valuesOf(stored);
  expect(problemsOf(values)).toEqual({});
  expect(problemsOf({ ...values, appSecret: ' ' })).toEqual({ appSecret: 'form.needSecret' });
});

test('an update carries the version and only what changed', () => {
  const values = { ...valuesOf(stored), name: 'Shop 2', apiVersion: ' v26.0 ' };
  expect(toUpdate(stored, { values, moveWebhook: false })).toEqual({
    version: 4,
    name: 'Shop 2',
    apiVersion: 'v26.0',
  });
});

test('an emptied optional field travels as null', () => {
  const withVersion = { ...stored, apiVersion: 'v25.0' };
  const values = { ...valuesOf(withVersion), apiVersion: '' };
  expect(toUpdate(withVersion, { values, moveWebhook: true })).toEqual({
    version: 4,
    apiVersion: null,
    moveWebhook: true,
  });
});

test('a new gateway is sent whole', () => {
  expect(toCreate(filled, false)).toMatchObject({ name: 'Shop', appId: '123', appSecret: 's' });
  expect(toCreate(filled, false)).not.toHaveProperty('moveWebhook');
});

test('changes are counted by field', () => {
  const values = valuesOf(stored);
  expect(countChanges(values, values)).toBe(0);
  expect(countChanges(values, { ...values, name: 'x', appSecret: '' })).toBe(2);
});
