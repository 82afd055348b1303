import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

/** A browser in which a person is signed in. */
export const Session = Type.Object(
  {
    id: Type.String(),
    browser: Nullable(Type.String({ examples: ['Firefox'] })),
    system: Nullable(Type.String({ examples: ['Windows'] })),
    agent: Type.String({ description: 'What the browser called itself.' }),
    address: Type.String({ description: 'Where the person signed in from.' }),
    createdAt: Time,
    lastSeenAt: Type.Integer({ description: 'The last request, to the minute.' }),
    expiresAt: Time,
    isCurrent: Type.Boolean({ description: 'The session of this request.' }),
  },
  { title: 'Session' },
);
export type Session = Static<typeof Session>;

/** `GET /me/sessions`, the newest first. */
export const SessionList = Type.Object({ items: Type.Array(Session) }, { title: 'SessionList' });
export type SessionList = Static<typeof SessionList>;

/** Query of `DELETE /me/sessions` */
export const EndSessions = Type.Object(
  {
    keep: Type.Optional(
      Type.Enum(['current'], { description: 'Ends all but the session of this request.' }),
    ),
  },
  { additionalProperties: false },
);
export type EndSessions = Static<typeof EndSessions>;
