/** Bodies of events about messages, as they leave; part of `EVENT_EXAMPLES`. */
export const MESSAGE_EXAMPLES = {
  'message.received': {
    type: 'message.received',
    timestamp: '2026-11-22T12:20:00.500Z',
    data: {
      id: 'ev_019ab0f4-0001-7000-8000-000000000001',
      version: 1,
      kind: 'message',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 1,
      standby: false,
      sentAt: 1795350000500,
      receivedAt: 1795350100000,
      message: {
        mid: 'm_A1',
        sender: {
          kind: 'contact',
          appId: null,
        },
        text: 'Olá! Is table 4/5 free? ann@ex.test ❤️',
        attachments: [],
        quickReply: null,
        replyTo: null,
        referral: null,
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350000500,
        message: {
          mid: 'm_A1',
          text: 'Olá! Is table 4/5 free? ann@ex.test ❤️',
        },
      },
    },
  },
  'message.sent': {
    type: 'message.sent',
    timestamp: '2026-11-22T12:20:02.000Z',
    data: {
      id: 'ev_019ab0f4-0002-7000-8000-000000000001',
      version: 1,
      kind: 'echo',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 2,
      standby: false,
      sentAt: 1795350002000,
      receivedAt: 1795350101000,
      message: {
        mid: 'm_D1',
        sender: {
          kind: 'chatgate',
          appId: '1234',
        },
        text: 'Thanks',
        attachments: [],
        quickReply: null,
        replyTo: null,
        referral: null,
      },
      raw: {
        sender: {
          id: '1001',
        },
        recipient: {
          id: '9001',
        },
        timestamp: 1795350002000,
        message: {
          mid: 'm_D1',
          is_echo: true,
          app_id: 1234,
          metadata: 'out-42',
          text: 'Thanks',
        },
      },
    },
  },
  'message.edited': {
    type: 'message.edited',
    timestamp: '2026-11-22T12:20:03.000Z',
    data: {
      id: 'ev_019ab0f4-0003-7000-8000-000000000001',
      version: 1,
      kind: 'message_edit',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 3,
      standby: false,
      sentAt: 1795350003000,
      receivedAt: 1795350102000,
      edit: {
        mid: 'm_A1',
        number: 1,
        text: 'Blue!',
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350003000,
        message_edit: {
          mid: 'm_A1',
          text: 'Blue!',
          num_edit: 1,
        },
      },
    },
  },
  'message.deleted': {
    type: 'message.deleted',
    timestamp: '2026-11-22T12:20:00.500Z',
    data: {
      id: 'ev_019ab0f4-0004-7000-8000-000000000001',
      version: 1,
      kind: 'unsend',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 4,
      standby: false,
      sentAt: 1795350000500,
      receivedAt: 1795350103000,
      deletion: {
        mid: 'm_gone',
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350000500,
        message: {
          mid: 'm_gone',
          is_deleted: true,
        },
      },
    },
  },
  'message.reacted': {
    type: 'message.reacted',
    timestamp: '2026-11-22T12:20:06.000Z',
    data: {
      id: 'ev_019ab0f4-0005-7000-8000-000000000001',
      version: 1,
      kind: 'reaction',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 5,
      standby: false,
      sentAt: 1795350006000,
      receivedAt: 1795350104000,
      reaction: {
        mid: 'm_D1',
        by: 'contact',
        reaction: 'love',
        emoji: '❤️',
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350006000,
        reaction: {
          reaction: 'love',
          emoji: '❤️',
          action: 'react',
          mid: 'm_D1',
        },
      },
    },
  },
  'message.delivered': {
    type: 'message.delivered',
    timestamp: '2026-11-22T12:20:04.000Z',
    data: {
      id: 'ev_019ab0f4-0006-7000-8000-000000000001',
      version: 1,
      kind: 'delivery',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 6,
      standby: false,
      sentAt: 1795350004000,
      receivedAt: 1795350105000,
      receipt: {
        upTo: 1795350003900,
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350004000,
        delivery: {
          mids: ['m_D1'],
          watermark: 1795350003900,
        },
      },
    },
  },
  'message.read': {
    type: 'message.read',
    timestamp: '2026-11-22T12:20:05.000Z',
    data: {
      id: 'ev_019ab0f4-0007-7000-8000-000000000001',
      version: 1,
      kind: 'read',
      gatewayId: 'gw_test',
      pageId: '1001',
      conversationId: 'cv_019ab0f4-0000-7000-8000-00000000000a',
      contact: {
        id: 'ct_019ab0f4-0000-7000-8000-00000000000b',
        psid: '9001',
        name: null,
      },
      seq: 7,
      standby: false,
      sentAt: 1795350005000,
      receivedAt: 1795350106000,
      receipt: {
        upTo: 1795350004900,
      },
      raw: {
        sender: {
          id: '9001',
        },
        recipient: {
          id: '1001',
        },
        timestamp: 1795350005000,
        read: {
          watermark: 1795350004900,
        },
      },
    },
  },
} as const;
