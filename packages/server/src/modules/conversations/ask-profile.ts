import { Type } from 'typebox';
import { type Graph, MetaError } from '../graph/index.ts';
import type { Pages } from '../pages/index.ts';
import type { ProfileReading } from './types.ts';

/** Error 2018218: a person known by phone only has no profile to share. */
const NO_PROFILE = 2018218;
/** Error 230 and 2018247: the person, or App Review, has not allowed it. */
const NOT_ALLOWED = new Set([230, 2018247]);

const Profile = Type.Object({
  name: Type.Optional(Type.String()),
  first_name: Type.Optional(Type.String()),
  last_name: Type.Optional(Type.String()),
  profile_pic: Type.Optional(Type.String()),
});

/**
 * Reads one person's name and picture from Meta, with the active token of the Page they wrote to.
 * Without the feature *Business Asset User Profile Access* Meta answers an empty object, which is
 * an answer: not shared (https://developers.facebook.com/docs/messenger-platform/identity/user-profile).
 */
export function createProfileQuestion(deps: {
  graph: Graph;
  pages: Pick<Pages, 'findActiveToken'>;
}) {
  return async (person: {
    gatewayId: string;
    pageId: string;
    psid: string;
  }): Promise<ProfileReading> => {
    const active = await deps.pages.findActiveToken(person.gatewayId, person.pageId);
    if (!active) {
      return { kind: 'failed', reason: 'no_token' };
    }
    const { app, token } = active;
    const caller = deps.graph.as({
      appId: app.appId,
      appSecret: app.appSecret,
      version: app.apiVersion,
      token,
    });
    try {
      const fields = 'name,first_name,last_name,profile_pic';
      const profile = await caller.get(person.psid, { fields }, Profile);
      const name =
        profile.name ?? [profile.first_name, profile.last_name].filter(Boolean).join(' ');
      return name === ''
        ? { kind: 'not_shared' }
        : { kind: 'known', name, pictureUrl: profile.profile_pic ?? null };
    } catch (error) {
      return toReading(error);
    }
  };
}

/** What a refusal means. Anything but a refusal is thrown on. */
function toReading(error: unknown): ProfileReading {
  if (!(error instanceof MetaError)) {
    throw error;
  }
  const { code = 0, subcode = 0 } = error;
  return subcode === NO_PROFILE || NOT_ALLOWED.has(code) || NOT_ALLOWED.has(subcode)
    ? { kind: 'not_shared' }
    : { kind: 'failed', reason: String(code) };
}
