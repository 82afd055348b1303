import { setTimeout as pause } from 'node:timers/promises';
import type { Destination, DestinationWithSecret } from '@chatgate/contract';
import { inspectDatabase } from '../../tests/crash/inspect-database.ts';
import { signInAdministrator } from '../../tests/support/administrator.ts';
import { type ServerProcess, startServerProcess } from '../../tests/support/server-process.ts';
import { createBodyMaker } from './bodies.ts';
import { postAll, prepare } from './open-loop.ts';
import type { Engine } from './options.ts';
import { type Sink, startSink } from './sink.ts';
import { type Stage, setStage, untilMetaIsQuiet } from './stage.ts';
import { profiling } from './subject.ts';

/** The whole gateway, as in production, with one destination. */
export type Scene = {
  readonly stage: Stage;
  readonly webhook: string;
  readonly pid: number;
  readonly sink: Sink;
  /** The sink's signing secret. */
  readonly secret: string;
  /** Switching on ends a pause after failures. */
  readonly switchDestination: (enabled: boolean) => Promise<void>;
  /** Waits until the projector has taken everything. */
  readonly untilProjected: () => Promise<void>;
  /** Lets so many people write once, so that conversations and names are there before it counts. */
  readonly warmUp: (people: number) => Promise<void>;
  readonly clear: () => Promise<void>;
};

export async function setScene(engine: Engine): Promise<Scene> {
  const undo: (() => unknown)[] = [];
  const clear = async () => {
    for (const step of undo.splice(0).toReversed()) {
      await step();
    }
  };
  try {
    const stage = await setStage(engine);
    undo.push(() => stage.clear());
    const sink = await startSink();
    undo.push(() => sink.stop());
    const server = await startServerProcess({ ...stage.env, ...profiling() });
    undo.push(() => server.stop());
    return { ...(await furnish(stage, sink, server)), clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function furnish(
  stage: Stage,
  sink: Sink,
  server: ServerProcess,
): Promise<Omit<Scene, 'clear'>> {
  const administrator = await signInAdministrator(server.url, stage.meta);
  const { destination, secret } = await administrator.call<DestinationWithSecret>(
    'POST',
    '/destinations',
    { name: 'Sink', kind: 'http', url: `${sink.url}/hook` },
  );
  const webhook = `${server.url}${stage.path}`;
  return {
    ...{ stage, webhook, pid: server.pid, sink, secret: secret ?? '' },
    async untilProjected() {
      const inspector = await inspectDatabase(stage.where);
      while ((await inspector.countNew()) > 0) {
        await pause(20);
      }
      await inspector.close();
    },
    async switchDestination(enabled) {
      const path = `/destinations/${destination.id}`;
      const { version } = await administrator.call<Destination>('GET', path);
      await administrator.call('PATCH', path, { version, enabled });
    },
    async warmUp(people) {
      const { pageIds, secret: appSecret } = stage;
      const next = createBodyMaker({ pageIds, people, events: 1 });
      await sink.begin({ keep: false });
      await postAll(webhook, prepare(next, people, appSecret));
      await sink.untilCount(people);
      await untilMetaIsQuiet(stage);
    },
  };
}
