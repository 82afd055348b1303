/**
 * The demo: the gateway exactly as production starts it, a stand-in for Meta and a sample endpoint,
 * each on loopback, watched over by this process. When one of them dies the others are stopped and
 * the last thing it said is shown; a signal stops all of them cleanly.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inDataFolder } from '@chatgate/server';
import { serverEntry } from '../project.ts';
import { Sentence } from '../sentence.ts';
import { type Child, startChild } from './child.ts';
import { connectSample } from './connect-sample.ts';
import { assertPortsFree } from './ports.ts';
import { startSampleEndpoint } from './sample-endpoint.ts';
import { type DemoSettings, readDemoSettings, serverEnvironment } from './settings.ts';
import { waitUntilUp } from './wait-until-up.ts';
import { welcome } from './welcome.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Ending = { kind: 'asked' } | { kind: 'died'; name: string; lastLines: string };

/** A signal from a terminal reaches every process at once; the children's deaths may be seen first. */
const SIGNAL_GRACE_MS = 300;

export async function runDemo(options: {
  env: Environment;
  print: (line: string) => void;
}): Promise<number> {
  const { env, print } = options;
  const settings = readDemoSettings(env);
  const { port, emulatorPort, samplePort, dataDir } = settings;
  await assertPortsFree({
    PORT: port,
    EMULATOR_PORT: emulatorPort,
    SAMPLE_PORT: samplePort,
  });
  await inDataFolder(dataDir, async () => undefined);

  const { ending, askedBySignal, onDeath } = watchForEnd();
  const destinationFile = join(dataDir, 'sample-endpoint.json');
  const sample = await startSampleEndpoint({ port: samplePort, destinationFile });
  const children = startChildren(env, { settings, onDeath });
  const stopAll = async () => {
    await Promise.all([...children.map((child) => child.stop()), sample.stop()]);
  };
  try {
    const readiness = new AbortController();
    const first = await Promise.race([
      ending,
      Promise.all([
        waitUntilUp(`http://127.0.0.1:${emulatorPort}/`, readiness.signal),
        waitUntilUp(`http://127.0.0.1:${port}/readyz`, readiness.signal),
      ]).then(() => undefined),
    ]);
    readiness.abort();
    if (first === undefined) {
      const isConnected = await connectSample({
        gatewayUrl: `http://127.0.0.1:${port}`,
        url: `http://127.0.0.1:${samplePort}/hook`,
        file: destinationFile,
      });
      print(welcome(settings, { isConnected }));
    }
    const end = first ?? (await ending);
    if (end.kind === 'died') {
      await pause(SIGNAL_GRACE_MS);
      if (!askedBySignal()) {
        throw new Sentence(`${end.lastLines}\n\nThe ${end.name} stopped by itself; see above.`);
      }
    }
    print('Stopping …');
    return 0;
  } finally {
    await stopAll();
  }
}

function startChildren(
  env: Environment,
  options: {
    settings: DemoSettings;
    onDeath: (death: { name: string; lastLines: string }) => void;
  },
): Child[] {
  const { settings, onDeath } = options;
  const file = (name: string) => join(settings.dataDir, name);
  return [
    startChild({
      name: 'Meta emulator',
      entry: new URL('./emulator-process.ts', import.meta.url).href,
      args: [String(settings.emulatorPort), file('meta-emulator.json')],
      env,
      logFile: file('meta-emulator.log'),
      onDeath,
    }),
    startChild({
      name: 'gateway',
      entry: serverEntry,
      env: serverEnvironment(env, settings),
      logFile: file('server.log'),
      onDeath,
    }),
  ];
}

/** Resolves with the first of: a signal, the death of a child. */
function watchForEnd() {
  const { promise: ending, resolve } = Promise.withResolvers<Ending>();
  let isAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isAsked = true;
      resolve({ kind: 'asked' });
    });
  }
  return {
    ending,
    askedBySignal: () => isAsked,
    onDeath: (death: { name: string; lastLines: string }) => resolve({ kind: 'died', ...death }),
  };
}
