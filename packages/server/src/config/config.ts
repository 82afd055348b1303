import { isIP } from 'node:net';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { signInContradictions, signInSettings } from './sign-in-settings.ts';
import { traceContradictions, traceSettings } from './trace-settings.ts';

const httpUrl = (description: string, fallback: string) =>
  Type.String({ pattern: '^https?://[^/?#]+(/[^?#]*)?$', default: fallback, description });

/** 32 bytes in hex or base64. */
const KEY = '([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)';

/** One row per setting; `docs/reference/configuration.md` is generated from this table. */
export const ConfigSchema = Type.Object({
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address to listen on.' }),
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'Port of the HTTP server; 0 takes a free one.',
  }),
  PUBLIC_URL: Type.String({
    // A slash at the end is common, and taken off below.
    pattern: '^$|^https?://[^/?#@\\s]+/*$',
    default: '',
    description: 'The address browsers and Meta use, without a path. Empty: http://127.0.0.1:PORT.',
  }),
  DATABASE_URL: Type.String({
    pattern: '^$|^postgres(ql)?://',
    default: '',
    description: 'PostgreSQL ≥ 15. Empty: the embedded database, one file in DATA_DIR.',
  }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: './data',
    description: 'Folder of the embedded database and of the generated key.',
  }),
  LOG_LEVEL: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    description: 'The least important lines to log.',
  }),
  CHATGATE_SECRET_KEY: Type.String({
    pattern: `^$|^${KEY}( *, *${KEY})*$`,
    default: '',
    description:
      '32 bytes in hex or base64 (`openssl rand -hex 32`); seals every secret at rest. Earlier keys may follow by comma: they only open, until `chatgate reseal` has been there. Empty with the embedded database: generated once into DATA_DIR/secret.key.',
  }),
  CHATGATE_META_GRAPH_URL: httpUrl("Where Meta's Graph API is.", 'https://graph.facebook.com'),
  CHATGATE_META_DIALOG_URL: httpUrl("Where Meta's login dialog is.", 'https://www.facebook.com'),
  CHATGATE_ADMIN_EMAIL: Type.String({
    pattern: '^$|^[^@\\s]+@[^@\\s]+$',
    default: '',
    description: 'The first administrator. Empty: a one-time set-up link is printed.',
  }),
  CHATGATE_ADMIN_PASSWORD: Type.String({
    pattern: '^$|^.{12,128}$',
    default: '',
    description: "The first administrator's password, 12 to 128 characters.",
  }),
  CHATGATE_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 90,
    description: 'Days that raw events are kept, where a gateway does not say otherwise.',
  }),
  CHATGATE_SMTP_URL: Type.String({
    pattern: '^$|^smtps?://[^\\s]+$',
    default: '',
    description:
      'The mail server for invitations and password resets: `smtps://user:password@host:465`, or `smtp://…:587?requireTLS=true`. Empty: the links are shown to the administrator who makes them.',
  }),
  CHATGATE_MAIL_FROM: Type.String({
    pattern: '^$|^([^<>\\r\\n]+ <[^@\\s<>]+@[^@\\s<>]+>|[^@\\s<>]+@[^@\\s<>]+)$',
    default: '',
    description: 'Who mails are from: `chatgate@example.org` or `Chatgate <chatgate@example.org>`.',
  }),
  CHATGATE_OUTGOING_ALLOW: Type.String({
    default: '',
    description:
      'Addresses or CIDRs, by comma, that guarded HTTP (destinations, attachments, pictures) may reach although they are not public; also over http and on any port. Link-local and metadata addresses never.',
  }),
  NATS_URL: Type.String({
    pattern: '^$|^(nats|tls)://[^/]+/?$',
    default: '',
    description:
      'A NATS server with JetStream that destinations may publish to. Nothing depends on it being up.',
  }),
  CHATGATE_NATS_STREAM: Type.String({
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    default: 'CHATGATE',
    description: 'The stream made for `chatgate.>` where none takes these subjects.',
  }),
  CHATGATE_NATS_SYNC: Type.Enum(['default', 'always'], {
    default: 'default',
    description:
      'What the NATS server does before it acknowledges: `always` says that its sync_interval is `always`. It cannot be asked; otherwise the admin says that acknowledged publishes may be lost on power failure.',
  }),
  CHATGATE_DELIVERY_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3_650,
    default: 30,
    description: 'How long the log of finished deliveries is kept.',
  }),
  CHATGATE_DELIVERY_DISABLE_AFTER_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 5,
    description: 'A destination that failed for this long without one success is switched off.',
  }),
  CHATGATE_DRAIN_SECONDS: Type.Integer({
    minimum: 0,
    maximum: 300,
    default: 0,
    description:
      'After SIGTERM: how long `/readyz` says 503 while everything is still served, so that a balancer leaves this replica before it closes.',
  }),
  CHATGATE_METRICS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 0,
    description: 'Port of `GET /metrics` for Prometheus, apart from the HTTP server. 0: none.',
  }),
  CHATGATE_METRICS_HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description:
      'Address that port listens on. Nobody signs in there: whoever reaches it may read.',
  }),
  CHATGATE_S3_ENDPOINT: httpUrl(
    'An S3-compatible store for attachments, needed with several replicas: its address without the bucket. Empty: a folder in DATA_DIR.',
    '',
  ),
  CHATGATE_S3_BUCKET: Type.String({
    pattern: '^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    default: '',
    description: 'Its bucket; must exist and not be public.',
  }),
  CHATGATE_S3_REGION: Type.String({
    pattern: '^[a-z0-9-]{1,40}$',
    default: 'us-east-1',
    description: 'Its region, as it signs with.',
  }),
  CHATGATE_S3_ACCESS_KEY_ID: Type.String({ default: '', description: 'Its access key.' }),
  CHATGATE_S3_SECRET_ACCESS_KEY: Type.String({
    default: '',
    description: 'The secret of that key; needs to get, put and delete objects.',
  }),
  ...signInSettings,
  ...traceSettings,
  CHATGATE_TRUSTED_PROXIES: Type.String({
    default: '',
    description: 'Addresses or CIDRs, by comma, whose X-Forwarded-* headers are believed.',
  }),
});

export type Config = Readonly<Static<typeof ConfigSchema>>;

/** Checked as addresses only where there is one. */
const MAY_BE_EMPTY = new Set(['/CHATGATE_S3_ENDPOINT']);

type Name = keyof Config;

const isName = (name: string): name is Name => Object.hasOwn(ConfigSchema.properties, name);

/** A conversion by the library would take `true` for one day of retention, and `80.5` for port 80. */
function read(name: Name, text: string): string | number | boolean {
  const { type } = ConfigSchema.properties[name] as { type?: string };
  if (type === 'integer' && /^\s*-?\d+\s*$/.test(text)) {
    return Number(text);
  }
  return type === 'boolean' && /^(true|false|1|0)$/i.test(text) ? /^(true|1)$/i.test(text) : text;
}

/** A pattern lets pass what is no address all the same, such as a `#` in a password or port 99999. */
const ADDRESSES = [
  'PUBLIC_URL',
  'DATABASE_URL',
  'CHATGATE_META_GRAPH_URL',
  'CHATGATE_META_DIALOG_URL',
  'CHATGATE_SMTP_URL',
  'NATS_URL',
  'CHATGATE_S3_ENDPOINT',
  'CHATGATE_OIDC_ISSUER',
] as const;

/** Says nothing of the value: there may be a password in it. */
function wrongAddresses(config: Config): string[] {
  return ADDRESSES.filter((name) => {
    // `user@/database`, by a socket, is an address to the driver of PostgreSQL only.
    const text = name === 'DATABASE_URL' ? config[name].replace('@/', '@socket/') : config[name];
    return text !== '' && !URL.canParse(text);
  }).map((name) => `${name} is not an address (a password in it must be percent-encoded)`);
}

/**
 * Reads the settings from the environment, once. All mistakes are reported together, misspelt
 * `CHATGATE_*` names included; an empty value counts as absent.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(env).flatMap(([name, value]) =>
    isName(name) && value ? [[name, read(name, value)]] : [],
  );
  const candidate = Value.Default(ConfigSchema, Object.fromEntries(given));
  const problems = [
    ...unknownNames(env),
    ...Value.Errors(ConfigSchema, candidate)
      .filter(({ instancePath: at }) => !MAY_BE_EMPTY.has(at) || env[at.slice(1)])
      .map((error) => `${error.instancePath.slice(1)} ${error.message}`),
  ];
  if (problems.length === 0) {
    const config = candidate as Config;
    problems.push(...contradictions(config));
    if (problems.length === 0) {
      return Object.freeze({
        ...config,
        PUBLIC_URL: (config.PUBLIC_URL || `http://127.0.0.1:${config.PORT}`).replace(/\/+$/, ''),
      });
    }
  }
  throw new Error(`Configuration is wrong:\n- ${problems.join('\n- ')}`);
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('CHATGATE_') && !isName(name))
    .map((name) => `${name} is not a setting (misspelt?)`);
}

function contradictions(config: Config): string[] {
  const problems = wrongAddresses(config);
  if ((config.CHATGATE_ADMIN_EMAIL === '') !== (config.CHATGATE_ADMIN_PASSWORD === '')) {
    problems.push('CHATGATE_ADMIN_EMAIL and CHATGATE_ADMIN_PASSWORD go together');
  }
  if (config.DATABASE_URL !== '' && config.CHATGATE_SECRET_KEY === '') {
    problems.push('CHATGATE_SECRET_KEY is needed with DATABASE_URL: every replica must have it');
  }
  if ((config.CHATGATE_SMTP_URL === '') !== (config.CHATGATE_MAIL_FROM === '')) {
    problems.push('CHATGATE_SMTP_URL and CHATGATE_MAIL_FROM go together');
  }
  if (config.CHATGATE_METRICS_PORT !== 0 && config.CHATGATE_METRICS_PORT === config.PORT) {
    problems.push('CHATGATE_METRICS_PORT must differ from PORT');
  }
  const s3 = [
    config.CHATGATE_S3_ENDPOINT,
    config.CHATGATE_S3_BUCKET,
    config.CHATGATE_S3_ACCESS_KEY_ID,
    config.CHATGATE_S3_SECRET_ACCESS_KEY,
  ];
  if (s3.some((value) => value === '') && s3.some((value) => value !== '')) {
    problems.push(
      'CHATGATE_S3_ENDPOINT, _BUCKET, _ACCESS_KEY_ID and _SECRET_ACCESS_KEY go together',
    );
  }
  problems.push(...signInContradictions(config), ...traceContradictions(config));
  for (const name of ['CHATGATE_OUTGOING_ALLOW', 'CHATGATE_TRUSTED_PROXIES'] as const) {
    const wrong = splitList(config[name]).filter((part) => !isNetwork(part));
    problems.push(...wrong.map((part) => `${name}: ${part} is not an address or CIDR`));
  }
  return problems;
}

/** The parts of a comma-separated setting. */
export function splitList(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  const width = family === 6 ? 128 : 32;
  return (
    family !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width))
  );
}
