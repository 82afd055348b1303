/** What changes with people, roles, keys and invitations; perhaps what the person may do, too. */
export const ACCESS = [['access'], ['me']] as const;
