import { execFile } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { checkDatabase } from './check.ts';
import { checkDestinations } from './check-leaving.ts';
import { type Inspector, inspectDatabase } from './inspect-database.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import { type Stage, setStage } from './stage.ts';
import { waitFor } from './wait-for.ts';

const COMMAND = fileURLToPath(new URL('../../packages/cli/src/chatgate.mjs', import.meta.url));
/** A delivery that was under way when the copy was made is claimed in it, for 45 s. */
const LEFT_WITHIN_MS = 120_000;

test('a backup made under load is whole, and a server goes on from it', async () => {
  const stage = await setStage('sqlite');
  try {
    const load = startLoad(stage, { trickleEveryMs: 20 });
    await acknowledged(stage, 200);
    const kept = acknowledgedBy(stage.ledger);
    const sentBefore = stage.ledger.posts.length;
    const copy = join(stage.folder, 'copy.db');
    await promisify(execFile)(process.execPath, [COMMAND, 'backup', copy], {
      env: { DATA_DIR: stage.folder },
    });
    expect(stage.ledger.posts.length).toBeGreaterThan(sentBefore);
    await load.stop();
    await stage.server.kill();

    restore(stage.folder, copy);
    await stage.server.start();
    const later = startLoad(stage);
    await acknowledged(stage, stage.ledger.acknowledgedEvents() + 50);
    await later.stop();

    stage.sinks.calm();
    const inspector = await inspectDatabase({ file: join(stage.folder, 'chatgate.db'), url: '' });
    await waitFor(() => isDelivered(inspector), { atMostMs: LEFT_WITHIN_MS, everyMs: 200 });
    const held = await inspector.read();
    await inspector.close();
    const { lost } = checkDatabase(kept, held, stage.ownPages);
    const { unsettled, doubled, conversationsWithGaps, messagesNotOnce } = checkDatabase(
      stage.ledger,
      held,
      stage.ownPages,
    );
    const { undelivered } = checkDestinations(stage.sinks, held);
    expect({ lost, unsettled, doubled, conversationsWithGaps, messagesNotOnce }).toEqual({
      ...{ lost: 0, unsettled: 0, doubled: 0, conversationsWithGaps: 0, messagesNotOnce: 0 },
    });
    expect(undelivered).toBe(0);
  } finally {
    await stage.clear();
  }
}, 300_000);

/** To the letter of docs/guide/production.md. */
function restore(folder: string, copy: string): void {
  for (const name of ['chatgate.db', 'chatgate.db-wal', 'chatgate.db-shm']) {
    rmSync(join(folder, name), { force: true });
  }
  copyFileSync(copy, join(folder, 'chatgate.db'));
  const database = new DatabaseSync(join(folder, 'chatgate.db'), { readOnly: true });
  const [found] = database.prepare('pragma integrity_check').all();
  database.close();
  expect({ ...found }).toEqual({ integrity_check: 'ok' });
}

const acknowledged = ({ ledger }: Stage, events: number) =>
  waitFor(() => ledger.acknowledgedEvents() >= events, { atMostMs: 30_000, everyMs: 5 });

/** What was acknowledged until now, as a ledger that gets no more. */
function acknowledgedBy({ posts }: Ledger): Ledger {
  const kept = createLedger();
  for (const post of posts.filter(({ isAcknowledged }) => isAcknowledged)) {
    kept.acknowledged(kept.add(post));
  }
  return kept;
}

const isDelivered = async (inspector: Inspector) =>
  (await inspector.countNew()) + (await inspector.countUnfinished()) === 0;
