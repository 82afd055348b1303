import type { Executor } from '../../platform/db/index.ts';
import { PARTS, type Part } from './chain.ts';
import { type RecordDeps, record, searchText } from './record.ts';
import { type DetailRow, rewriteDetail, selectDetailsNaming } from './store.ts';
import { type AuditActor, systemActor } from './types.ts';

/** What the log calls the entry that says which parts of older entries were erased. */
export const NAMES_ERASED = 'audit.names_erased';

/** Which hash a part of an older entry has since. */
export type ErasedPart = readonly [seq: number, part: Part, hash: string];

/** One entry of the log stays a few kB. */
const PARTS_PER_ENTRY = 200;

export type Erasing = {
  /** Wherever one of these stands as a whole value, it goes, and the name beside it. */
  readonly ids: readonly string[];
  /** Values inside `before` and `after` only: a Page may have the name of a person. */
  readonly names: readonly string[];
  /** Ids that Meta gives belong to one app: entries about other gateways mean somebody else. */
  readonly gatewayId?: string;
  /** Stands in their place: a keyed hash. */
  readonly replacement: string;
  readonly actor?: AuditActor;
};

/**
 * Takes the ids and names of one person out of the older entries. The chain goes on: it gets an entry
 * that lists the parts and their new hashes, without which the verifier takes a changed part for
 * tampering.
 */
export async function eraseNames(
  deps: RecordDeps,
  tx: Executor,
  { ids, names, gatewayId, replacement, actor = systemActor }: Erasing,
): Promise<void> {
  const inColumns = ids.filter((text) => text !== '');
  const inValues = [...inColumns, ...names.filter((text) => text !== '')];
  const erased: ErasedPart[] = [];
  for (const { action, ...known } of await selectDetailsNaming(tx, {
    inColumns,
    inValues,
    gatewayId,
  })) {
    const changed = without(known, {
      ids: new Set(inColumns),
      values: new Set(inValues),
      replacement,
    });
    const rewritten = { ...changed, search: searchText(changed, action) };
    const parts = PARTS.filter(
      (part) => deps.chain.hashPart(part, known) !== deps.chain.hashPart(part, rewritten),
    );
    if (parts.length > 0) {
      await rewriteDetail(tx, rewritten);
      erased.push(
        ...parts.map((part): ErasedPart => [known.seq, part, deps.chain.hashPart(part, rewritten)]),
      );
    }
  }
  const chunks = Math.ceil(erased.length / PARTS_PER_ENTRY);
  await record(
    deps,
    tx,
    Array.from({ length: chunks }, (_unused, n) => ({
      actor,
      action: NAMES_ERASED,
      subject: { kind: 'erased_person', id: replacement },
      ...(gatewayId === undefined ? {} : { gatewayId }),
      after: { parts: erased.slice(n * PARTS_PER_ENTRY, (n + 1) * PARTS_PER_ENTRY) },
    })),
  );
}

type Replacing = {
  readonly ids: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
  readonly replacement: string;
};

function without(detail: DetailRow, replacing: Replacing): DetailRow {
  const isThem = (id: string | null) => id !== null && replacing.ids.has(id);
  const json = (text: string | null) =>
    text === null ? null : JSON.stringify(withoutValues(JSON.parse(text), replacing));
  return {
    ...detail,
    ...(isThem(detail.actor_id) ? { actor_id: replacing.replacement, actor_name: null } : {}),
    ...(isThem(detail.subject_id) ? { subject_id: replacing.replacement, subject_name: null } : {}),
    before: json(detail.before),
    after: json(detail.after),
  };
}

function withoutValues(value: unknown, replacing: Replacing): unknown {
  if (typeof value === 'string') {
    return replacing.values.has(value) ? replacing.replacement : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withoutValues(item, replacing));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withoutValues(item, replacing)]),
    );
  }
  return value;
}
