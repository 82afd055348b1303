import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Executor } from '../../platform/db/index.ts';
import { type Chain, PARTS, type Part } from './chain.ts';
import { NAMES_ERASED } from './erase-names.ts';
import { type Entry, readEntries, readHead } from './store.ts';
import { ALTERED_BEFORE } from './take-over.ts';

/** Something in the log that is not as it was written. */
export type Finding = {
  /** The entry; the first one where several are missing. */
  readonly seq: number;
  readonly kind:
    | 'altered'
    | 'part_altered'
    | 'missing'
    | 'end_missing'
    | 'head_altered'
    | 'altered_before';
  /** What the entry says now, or which ones are missing. */
  readonly says: string;
};

export type Verification = {
  readonly entries: number;
  readonly findings: readonly Finding[];
  /** What to keep elsewhere: whoever restores an old database cannot make this number smaller. */
  readonly end: { readonly seq: number; readonly digest: string };
};

const BATCH = 1_000;
/** More than a person reads; the rest is counted by looking again. */
const MAX_FINDINGS = 100;

const ErasedParts = Type.Object({
  parts: Type.Array(Type.Tuple([Type.Integer(), Type.Enum([...PARTS]), Type.String()])),
});

/**
 * Walks the chain. An entry whose own signature does not fit was altered, moved or inserted; a gap in
 * the numbers is a removed one; a signed head beyond the last entry means that the end was cut off. A
 * part that has another hash than its entry says was altered too, unless a later entry of the chain
 * says that it was erased and which hash it has since.
 */
export async function verify(db: Executor, chain: Chain): Promise<Verification> {
  const head = await readHead(db);
  const findings: Finding[] = [];
  const changedParts = new Map<string, { hash: string; finding: Finding }>();
  let previous = '';
  let seq = 0;
  let entries = 0;
  for (;;) {
    const batch = await readEntries(db, { after: seq, limit: BATCH });
    for (const entry of batch) {
      const { hmac, ...link } = entry.link;
      const isGap = link.seq !== seq + 1;
      if (isGap) {
        findings.push(missing(seq + 1, link.seq - 1));
      }
      // After a gap nothing can be said of the link itself: what it was signed after is gone.
      if (!isGap && hmac !== chain.signLink(link, previous)) {
        findings.push({ seq: link.seq, kind: 'altered', says: describeEntry(entry) });
      }
      examineParts(chain, entry, changedParts);
      findings.push(...takenOver(entry));
      previous = hmac;
      seq = link.seq;
      entries += 1;
    }
    if (batch.length === 0) {
      break;
    }
  }
  findings.push(...[...changedParts.values()].map(({ finding }) => finding));
  findings.push(...examineHead(chain, head, { seq, hmac: previous }));
  findings.sort((a, b) => a.seq - b.seq);
  return {
    entries,
    findings: findings.slice(0, MAX_FINDINGS),
    end: { seq, digest: previous.slice(0, 16) },
  };
}

function missing(first: number, last: number): Finding {
  const which = first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
  return { seq: first, kind: 'missing', says: `${which} missing` };
}

/** Notes the parts that do not fit, and takes back those that this entry says were erased. */
function examineParts(
  chain: Chain,
  entry: Entry,
  changedParts: Map<string, { hash: string; finding: Finding }>,
): void {
  const { link, detail } = entry;
  const expected: Partial<Record<Part, unknown>> = JSON.parse(link.parts);
  for (const part of PARTS) {
    const hash = detail && chain.hashPart(part, detail);
    if (hash !== expected[part]) {
      const finding: Finding = {
        seq: link.seq,
        kind: 'part_altered',
        says: `${describeEntry(entry)} (${part})`,
      };
      changedParts.set(`${link.seq} ${part}`, { hash: hash ?? '', finding });
    }
  }
  if (link.action === NAMES_ERASED && detail?.after && !changedParts.has(`${link.seq} after`)) {
    const after: unknown = JSON.parse(detail.after);
    for (const [seq, part, hash] of Value.Check(ErasedParts, after) ? after.parts : []) {
      const key = `${seq} ${part}`;
      if (changedParts.get(key)?.hash === hash) {
        changedParts.delete(key);
      }
    }
  }
}

function takenOver({ link, detail }: Entry): Finding[] {
  return link.action === ALTERED_BEFORE
    ? [{ seq: link.seq, kind: 'altered_before', says: `found when taken over: ${detail?.after}` }]
    : [];
}

function examineHead(
  chain: Chain,
  head: { seq: number; hmac: string } | undefined,
  end: { seq: number; hmac: string },
): Finding[] {
  if (head !== undefined && head.seq > end.seq) {
    const { says } = missing(end.seq + 1, head.seq);
    return [{ seq: end.seq + 1, kind: 'end_missing', says: `${says}: the end was cut off` }];
  }
  // Entries that came while the walk went on are beyond the head that was read before it.
  if (
    head === undefined ? end.seq > 0 : head.seq === end.seq && head.hmac !== chain.signHead(end)
  ) {
    return [{ seq: end.seq, kind: 'head_altered', says: 'the signed end of the log was altered' }];
  }
  return [];
}

/** One line for a person. */
function describeEntry({ link, detail }: Entry): string {
  const { actor_id, actor_name, subject_id, subject_name } = detail ?? {};
  const subject = subject_name ?? subject_id ?? 'erased';
  const actor = actor_name ?? actor_id ?? 'erased';
  const at = Number.isFinite(new Date(link.at).getTime()) ? new Date(link.at).toISOString() : '?';
  return `${at} ${link.action}, ${link.subject_kind} "${subject}", by ${link.actor_kind} "${actor}"`;
}
