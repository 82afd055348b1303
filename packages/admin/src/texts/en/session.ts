export const session = {
  signIn: 'Sign in',
  signInTitle: 'Sign in to Chatgate',
  signInHint: 'Your Messenger gateway.',
  email: 'E-mail',
  password: 'Password',
  setUpTitle: 'Set up the first administrator',
  setUpHint: 'This person may do everything, and can add others later.',
  name: 'Name',
  newPassword: 'Password',
  passwordHint: 'At least 12 characters.',
  create: 'Create administrator',
  noToken: 'This link is incomplete. Open the set-up link exactly as the server printed it.',
  setUpNeeded:
    'There is no administrator yet. Open the one-time set-up link that the server printed when it started.',
};
