import { Type } from 'typebox';
import { CORE_FIELDS, OPTIONAL_FIELDS } from '../../gateways/index.ts';
import type {
  BatchRequest,
  BatchResult,
  GraphCaller,
  MetaError,
  PageToken,
} from '../../graph/index.ts';
import { planStep, type Subscription } from './fields.ts';

export type PostTarget = {
  readonly pageId: string;
  readonly token: PageToken;
  readonly wanted: boolean;
  readonly held: Subscription;
};

/** How often a batch is posted again after learning which fields are refused. */
const MAX_ROUNDS = 4;

/**
 * Tells Meta what is wanted. Gives the error per Page that could not be told; the others are to be
 * confirmed by reading again.
 *
 * Meta refuses a call as a whole when one field is not allowed (200) or unknown in this version
 * (100). Then the core is posted alone: if that is refused too, so is the switch. Otherwise the
 * refused optional fields are found on one Page by halving, and left out for all others.
 */
export async function postFields(
  caller: GraphCaller,
  {
    targets,
    refused,
    learn,
  }: {
    targets: readonly PostTarget[];
    refused: readonly string[];
    /** Remembers fields that Meta refuses for this gateway. */
    learn: (fields: readonly string[]) => Promise<void>;
  },
): Promise<Map<string, MetaError>> {
  const errors = new Map<string, MetaError>();
  const known = new Set(refused);
  let pending = targets;
  for (let round = 1; pending.length > 0 && round <= MAX_ROUNDS; round += 1) {
    const failed = collectErrors(errors, pending, await post(caller, pending, known));
    const suspects = failed.filter(
      (target) => target.wanted && isAboutFields(errors.get(target.pageId)),
    );
    for (const { pageId } of suspects) {
      errors.delete(pageId);
    }
    const everything = new Set<string>(OPTIONAL_FIELDS);
    const coreFailed = collectErrors(errors, suspects, await post(caller, suspects, everything));
    const survivors = suspects.filter((target) => !coreFailed.includes(target));
    const probe = survivors[0];
    const found = probe ? await findRefused(caller, probe, known) : [];
    if (found.length === 0) {
      // Nothing to learn: what was posted last, the core, is what these Pages have.
      break;
    }
    for (const field of found) {
      known.add(field);
    }
    await learn(found);
    pending = survivors;
  }
  return errors;
}

const SuccessSchema = Type.Object({});

async function post(
  caller: GraphCaller,
  targets: readonly PostTarget[],
  refused: ReadonlySet<string>,
): Promise<BatchResult<object>[]> {
  const steps = targets.map((target) => planStep(target.held, { ...target, refused }));
  const items = targets.flatMap(({ pageId, token }, index): BatchRequest[] => {
    const step = steps[index];
    const path = `${pageId}/subscribed_apps`;
    switch (step?.kind) {
      case 'post':
        return [
          { method: 'POST', path, token, params: { subscribed_fields: step.fields.join(',') } },
        ];
      case 'delete':
        return [{ method: 'DELETE', path, token }];
      default:
        return [];
    }
  });
  const answers = await caller.batch(items, SuccessSchema);
  let next = 0;
  return steps.map((step) => {
    const answer = step.kind === 'none' ? undefined : answers[next++];
    return answer ?? { kind: 'ok', body: {} };
  });
}

function collectErrors(
  errors: Map<string, MetaError>,
  targets: readonly PostTarget[],
  results: readonly BatchResult<object>[],
): PostTarget[] {
  return targets.filter(({ pageId }, index) => {
    const result = results[index];
    if (result === undefined || result.kind === 'ok') {
      return false;
    }
    errors.set(pageId, result.error);
    return true;
  });
}

/** 100 without subcode: a bad parameter; 200: a permission is missing. */
const isAboutFields = (error: MetaError | undefined) =>
  error?.kind === 'refused' &&
  error.subcode === undefined &&
  (error.code === 100 || error.code === 200);

/** The optional fields that Meta refuses for this Page, found by halving. */
async function findRefused(
  caller: GraphCaller,
  target: PostTarget,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const base = [...target.held.otherFields, ...CORE_FIELDS];
  const isAccepted = async (fields: readonly string[]) => {
    const [answer] = await caller.batch(
      [
        {
          method: 'POST',
          path: `${target.pageId}/subscribed_apps`,
          token: target.token,
          params: { subscribed_fields: [...new Set([...base, ...fields])].join(',') },
        },
      ],
      SuccessSchema,
    );
    // Only a refusal is evidence against a field; a failure of Meta is none.
    return answer?.kind !== 'refused';
  };
  const search = async (fields: readonly string[]): Promise<string[]> => {
    if (fields.length === 0 || (await isAccepted(fields))) {
      return [];
    }
    if (fields.length === 1) {
      return [...fields];
    }
    const half = Math.ceil(fields.length / 2);
    return [...(await search(fields.slice(0, half))), ...(await search(fields.slice(half)))];
  };
  const asked = OPTIONAL_FIELDS.filter((field) => !known.has(field));
  const half = Math.ceil(asked.length / 2);
  return [...(await search(asked.slice(0, half))), ...(await search(asked.slice(half)))];
}
