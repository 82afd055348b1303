import type { ConnectAttempt, Destination, Message, Page } from '@chatgate/contract';

const AT = 1_795_350_000_000;

export function samplePage(part: Partial<Page> = {}): Page {
  return {
    id: '100',
    name: 'Riverside Bakery',
    pictureUrl: null,
    link: 'https://example.test/100',
    category: 'Bakery',
    accounts: { first: 'Olena Kovalenko', count: 1 },
    receiving: samplePageReceiving('off'),
    health: { state: 'receiving_off', action: 'switch_on' },
    lastEventAt: null,
    eventsWhileOff: 0,
    lastConversationId: null,
    version: 1,
    addedAt: AT,
    ...part,
  };
}

export function samplePageReceiving(
  actual: Page['receiving']['actual'],
  wanted = actual === 'on',
): Page['receiving'] {
  return {
    wanted,
    actual,
    fields: [],
    otherFields: [],
    checkedAt: AT,
    problem: null,
    changedAt: null,
    changedBy: null,
  };
}

export function sampleAttempt(part: Partial<ConnectAttempt> = {}): ConnectAttempt {
  return {
    id: 'att_1',
    status: 'pending',
    startedAt: AT,
    openedAt: null,
    returnedAt: null,
    finishedAt: null,
    expiresAt: AT + 600_000,
    account: null,
    added: [],
    kept: [],
    removed: [],
    keptByOther: [],
    notConnectable: [],
    declined: [],
    complete: true,
    read: { pages: 0, requests: 0 },
    ...part,
  };
}

export function sampleMessage(part: Partial<Message> = {}): Message {
  return {
    id: 'msg_1',
    seq: 1,
    kind: 'message',
    direction: 'in',
    mid: 'm_1',
    sender: { kind: 'contact', name: null, appId: null },
    sentAt: AT,
    text: 'Are you open on Sunday?',
    attachments: [],
    quickReply: null,
    replyTo: null,
    postback: null,
    referral: null,
    detail: null,
    reactions: [],
    edits: [],
    deleted: false,
    journey: {
      eventId: 'evt_1',
      sentAt: AT,
      receivedAt: AT,
      signature: 'valid',
      storedMs: 3,
      shownAt: AT,
      copies: 1,
      standby: false,
      rawErased: false,
    },
    ...part,
  };
}

export function sampleDestination(
  part: Partial<Omit<Destination, 'health'>> = {},
  health: Partial<Destination['health']> = {},
): Destination {
  return {
    id: 'dst_1',
    name: 'Order system',
    kind: 'http',
    url: 'https://shop.example/hooks',
    gatewayId: null,
    pageIds: [],
    eventTypes: [],
    enabled: true,
    disabled: null,
    publicKey: 'whpk_x',
    secret: { changedAt: AT, previousUntil: null },
    version: 3,
    createdAt: AT,
    ...part,
    health: {
      state: 'idle',
      waiting: 0,
      oldestWaitingAt: null,
      parked: 0,
      delivered: 0,
      failed: 0,
      failingSince: null,
      lastDeliveredAt: AT,
      pausedUntil: null,
      problem: null,
      ...health,
    },
  };
}
