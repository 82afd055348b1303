/**
 * The permission table: one row per section of the admin application, with its actions.
 * `access` opens a section (the first two checks of the product), the others act inside it.
 */
export const PERMISSION_TABLE = {
  admin: ['access'],
  gateways: ['access', 'read', 'create', 'edit', 'delete'],
  conversations: ['access', 'read', 'reply', 'delete'],
  destinations: ['access', 'read', 'create', 'edit', 'delete'],
  users: ['access', 'read', 'create', 'edit', 'delete'],
  audit: ['access', 'read'],
} as const;

export type Section = keyof typeof PERMISSION_TABLE;
export type Permission = {
  [S in Section]: `${S}:${(typeof PERMISSION_TABLE)[S][number]}`;
}[Section];

const all = Object.entries(PERMISSION_TABLE).flatMap(([section, actions]) =>
  actions.map((action) => `${section}:${action}` as Permission),
);

/** Every permission there is, in the order of the table. */
export const PERMISSIONS: readonly Permission[] = all;

export const BUILT_IN_ROLES = {
  administrator: { name: 'Administrator', permissions: PERMISSIONS },
  editor: {
    name: 'Editor',
    permissions: [
      'admin:access',
      'gateways:access',
      'gateways:read',
      'gateways:create',
      'gateways:edit',
    ],
  },
  viewer: {
    name: 'Viewer',
    permissions: [
      'admin:access',
      'gateways:access',
      'gateways:read',
      'conversations:access',
      'conversations:read',
      'destinations:access',
      'destinations:read',
    ],
  },
  agent: {
    name: 'Agent',
    permissions: [
      'admin:access',
      'conversations:access',
      'conversations:read',
      'conversations:reply',
    ],
  },
} as const satisfies Record<string, { name: string; permissions: readonly Permission[] }>;

export type BuiltInRole = keyof typeof BUILT_IN_ROLES;
