/** Users, roles, invitations and API keys are one section of the permission table. */
export const manageUsers = {
  read: { access: { section: 'users', anyOf: ['read'] } },
  create: { access: { section: 'users', anyOf: ['create'] } },
  edit: { access: { section: 'users', anyOf: ['edit'] } },
  delete: { access: { section: 'users', anyOf: ['delete'] } },
} as const;
