import { type DestinationStream, pino } from 'pino';

export type Log = {
  info: (fields: Record<string, unknown>, event: string) => void;
  warn: (fields: Record<string, unknown>, event: string) => void;
  error: (fields: Record<string, unknown>, event: string) => void;
};

/** Shapes of secrets that must not reach a log even inside somebody else's error message. */
const SECRET_SHAPES =
  /\bEAA[A-Za-z0-9]{6,}|\bwhsec_[A-Za-z0-9+/=]+|\bcg_[A-Za-z0-9_-]{20,}|((?:access_token|appsecret_proof|client_secret|fb_exchange_token|input_token|code)(?:=|"\s*:\s*"|%3D))[^&"\s\\]+|(Bearer )[^\s"\\]+/g;

export function scrub(text: string): string {
  return text.replace(
    SECRET_SHAPES,
    (_all, name: string | undefined, scheme: string | undefined) =>
      `${name ?? scheme ?? ''}[secret]`,
  );
}

const REDACTED = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  '*.password',
  '*.token',
  '*.secret',
  '*.authorization',
  '*.cookie',
  'req.headers',
];

/** One JSON line per thing that happened. Event names are `noun.participle`. */
export function createLog(options: { level: string; destination?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    messageKey: 'event',
    redact: { paths: REDACTED, censor: '[secret]' },
    hooks: { streamWrite: scrub },
  };
  const logger = options.destination ? pino(settings, options.destination) : pino(settings);
  return {
    info: (fields, event) => logger.info(fields, event),
    warn: (fields, event) => logger.warn(fields, event),
    error: (fields, event) => logger.error(fields, event),
  };
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
