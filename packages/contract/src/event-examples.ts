import type { EventType } from './event-catalogue.ts';
import { MESSAGE_EXAMPLES } from './message-examples.ts';

type Example = { type: EventType; timestamp: string; data: Record<string, unknown> };

/** One body per type, as it leaves; made of what Meta really sent. Shown in the reference. */
export const EVENT_EXAMPLES: Readonly<Record<EventType, Example>> = {
  ...MESSAGE_EXAMPLES,
  'postback.received': {
    type: 'postback.received',
    timestamp: '2026-11-22T12:20:07.000Z',
    data: {
      id: 'ev_019ab0f4-0008-7000-8000-000000000001',
      version: 1,
      kind: 'postback',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 8,
      standby: false,
      sentAt: 1795350007000,
      receivedAt: 1795350107000,
      postback: {
        mid: 'm_E1',
        title: 'Get Started',
        payload: 'GET_STARTED',
        referral: {
          source: 'SHORTLINK',
          type: 'OPEN_THREAD',
          ref: 'qr1',
          adId: null,
        },
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350007000,
        postback: {
          mid: 'm_E1',
          title: 'Get Started',
          payload: 'GET_STARTED',
          referral: {
            ref: 'qr1',
            source: 'SHORTLINK',
            type: 'OPEN_THREAD',
          },
        },
      },
    },
  },
  'referral.received': {
    type: 'referral.received',
    timestamp: '2026-11-22T12:20:08.000Z',
    data: {
      id: 'ev_019ab0f4-0009-7000-8000-000000000001',
      version: 1,
      kind: 'referral',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 9,
      standby: false,
      sentAt: 1795350008000,
      receivedAt: 1795350108000,
      referral: {
        source: 'SHORTLINK',
        type: 'OPEN_THREAD',
        ref: 'qr1',
        adId: null,
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350008000,
        referral: {
          ref: 'qr1',
          source: 'SHORTLINK',
          type: 'OPEN_THREAD',
          referer_uri: 'https://ex.test',
        },
      },
    },
  },
  'optin.received': {
    type: 'optin.received',
    timestamp: '2026-11-22T12:20:09.000Z',
    data: {
      id: 'ev_019ab0f4-000a-7000-8000-000000000001',
      version: 1,
      kind: 'optin',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 10,
      standby: false,
      sentAt: 1795350009000,
      receivedAt: 1795350109000,
      optin: {
        source: null,
        type: 'notification_messages',
        ref: null,
        adId: null,
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350009000,
        optin: {
          type: 'notification_messages',
          payload: 'P',
          notification_messages_token: 'TOK',
          notification_messages_timezone: 'Europe/London',
          token_expiry_timestamp: 1810000000000,
          user_token_status: 'NOT_REFRESHED',
          title: 'Offers',
        },
      },
    },
  },
  'handover.changed': {
    type: 'handover.changed',
    timestamp: '2026-11-22T12:20:10.000Z',
    data: {
      id: 'ev_019ab0f4-000b-7000-8000-000000000001',
      version: 1,
      kind: 'pass_thread_control',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 11,
      standby: false,
      sentAt: 1795350010000,
      receivedAt: 1795350110000,
      handover: {
        action: 'pass_thread_control',
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350010000,
        pass_thread_control: {
          previous_owner_app_id: '263902037430900',
          new_owner_app_id: '1234',
          metadata: 'm',
        },
      },
    },
  },
  'policy.enforced': {
    type: 'policy.enforced',
    timestamp: '2026-11-22T12:20:12.000Z',
    data: {
      id: 'ev_019ab0f4-000c-7000-8000-000000000001',
      version: 1,
      kind: 'policy_enforcement',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: null,
      contact: null,
      seq: null,
      standby: false,
      sentAt: 1795350012000,
      receivedAt: 1795350111000,
      raw: {
        recipient: {
          id: '1001',
        },
        timestamp: 1795350012000,
        policy_enforcement: {
          action: 'block',
          reason: 'The Page sent unwanted messages.',
        },
      },
    },
  },
  'page.changed': {
    type: 'page.changed',
    timestamp: '2026-11-22T12:20:20.000Z',
    data: {
      id: 'ev_019ab0f4-000d-7000-8000-000000000001',
      version: 1,
      kind: 'change.feed',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: null,
      contact: null,
      seq: null,
      standby: false,
      sentAt: 1795350020000,
      receivedAt: 1795350112000,
      raw: {
        field: 'feed',
        value: {
          item: 'comment',
          verb: 'add',
          comment_id: '1001_5_9',
          post_id: '1001_5',
          parent_id: '1001_5',
          from: {
            id: '7001',
            name: 'Ann',
          },
          message: 'hi',
          created_time: 1795350019,
        },
      },
    },
  },
  'event.other': {
    type: 'event.other',
    timestamp: '2026-11-22T12:20:19.000Z',
    data: {
      id: 'ev_019ab0f4-000e-7000-8000-000000000001',
      version: 1,
      kind: 'messaging_something_new',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 12,
      standby: false,
      sentAt: 1795350019000,
      receivedAt: 1795350113000,
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350019000,
        messaging_something_new: {
          shape: 'nobody knows',
          n: 1,
        },
      },
    },
  },
};
