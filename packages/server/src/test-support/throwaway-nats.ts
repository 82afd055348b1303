import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

// Debian puts it where only root's PATH looks.
const SERVER = existsSync('/usr/sbin/nats-server') ? '/usr/sbin/nats-server' : 'nats-server';

export type ThrowawayNats = {
  readonly port: number;
  /** Of its own authority; only where TLS was asked for. */
  readonly certificate: string;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => Promise<void>;
  /** After a stop: everything it stored is gone. */
  readonly wipe: () => void;
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** A nats-server with JetStream of our own, in a temporary folder and on a free port. */
export async function startThrowawayNats(
  options: { config?: string; tls?: boolean; jetstream?: boolean } = {},
): Promise<ThrowawayNats> {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-nats-'));
  chmodSync(folder, 0o700);
  const store = join(folder, 'store');
  const port = await freePort();
  const config = [
    `listen: "127.0.0.1:${port}"`,
    options.jetstream === false ? '' : `jetstream { store_dir: "${store}" }`,
    options.tls ? makeCertificate(folder) : '',
    options.config ?? '',
  ];
  const file = join(folder, 'nats.conf');
  writeFileSync(file, config.join('\n'));
  const start = async () => {
    const started = spawn(SERVER, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    started.once('error', reject);
    started.once('exit', () => reject(new Error(`nats-server ended: ${said.join('')}`)));
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.push(text);
      if (said.join('').includes('Server is ready')) {
        resolve();
      }
    });
    await ready;
    return started;
  };
  let server = await start();
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    }
  };
  return {
    port,
    certificate: options.tls ? readFileSync(join(folder, 'cert.pem'), 'utf8') : '',
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    stop,
    wipe: () => rmSync(store, { recursive: true, force: true }),
    async start() {
      server = await start();
    },
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A certificate that signs itself; gives the lines of the configuration that use it. */
function makeCertificate(folder: string): string {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ],
    { stdio: 'pipe' },
  );
  return `tls { cert_file: "${cert}", key_file: "${key}", timeout: 5 }`;
}
