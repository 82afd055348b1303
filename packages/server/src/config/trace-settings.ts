import { type Static, Type } from 'typebox';
import type { TracingSettings } from '../platform/tracing/index.ts';

const endpoint = (description: string) =>
  Type.String({ pattern: '^$|^https?://[^/?#\\s]+(/[^\\s]*)?$', default: '', description });

/**
 * The standard environment of OpenTelemetry, as far as we read it ourselves. The exporter reads the
 * rest: `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `…_TIMEOUT`, `…_COMPRESSION`, `…_CERTIFICATE`.
 */
export const traceSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(
    'Where traces go: the base address of an OTLP receiver over HTTP, such as `http://127.0.0.1:4318`; `/v1/traces` is added. Empty, and the next one too: no traces.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint(
    'The same for traces alone, used as it is: nothing is added.',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: Type.String({
    default: '',
    description: 'Headers for the receiver, percent-encoded: `name=value,name=value`.',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: Type.String({
    default: 'http/protobuf',
    description: '`http/protobuf` or `http/json`. There is no gRPC.',
  }),
  OTEL_TRACES_EXPORTER: Type.String({
    default: 'otlp',
    description: '`otlp`, or `none` for no traces.',
  }),
  OTEL_SDK_DISABLED: Type.Boolean({
    default: false,
    description: 'No traces, whatever else is set.',
  }),
  OTEL_SERVICE_NAME: Type.String({
    minLength: 1,
    default: 'chatgate',
    description: 'The name of this service in traces.',
  }),
  OTEL_RESOURCE_ATTRIBUTES: Type.String({
    default: '',
    description:
      'More about this process, percent-encoded: `deployment.environment.name=production,…`.',
  }),
  OTEL_TRACES_SAMPLER: Type.String({
    default: 'parentbased_always_on',
    description:
      'Which events are traced: `always_on`, `always_off`, `traceidratio`, or one of them after `parentbased_`. What is left out stores and sends nothing.',
  }),
  OTEL_TRACES_SAMPLER_ARG: Type.String({
    default: '1',
    description: 'The share that `traceidratio` takes, from 0 to 1.',
  }),
};

type Values = Readonly<Static<ReturnType<typeof Type.Object<typeof traceSettings>>>>;

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const PARENT_BASED = 'parentbased_';

/** Where an operator's tool sets these for every process, they matter only once traces are on. */
const isOn = (config: Values) =>
  !config.OTEL_SDK_DISABLED && config.OTEL_TRACES_EXPORTER !== 'none' && urlOf(config) !== '';

function urlOf(config: Values): string {
  const base = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  return (
    config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ||
    (base === '' ? '' : `${base.replace(/\/+$/, '')}/v1/traces`)
  );
}

const protocolOf = (config: Values) =>
  PROTOCOLS.find((name) => name === config.OTEL_EXPORTER_OTLP_PROTOCOL);

const samplerOf = ({ OTEL_TRACES_SAMPLER: name }: Values) =>
  SAMPLERS.find((one) => one === name.replace(PARENT_BASED, ''));

function ratioOf({ OTEL_TRACES_SAMPLER_ARG: text }: Values): number | undefined {
  const ratio = Number(text);
  return ratio >= 0 && ratio <= 1 ? ratio : undefined;
}

/** `name=value,name=value`; undefined when the text is not of this form. */
function readPairs(text: string): Record<string, string> | undefined {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  try {
    const pairs = parts.map((part) => {
      const at = part.indexOf('=');
      const name = decodeURIComponent(part.slice(0, Math.max(at, 0)).trim());
      return [name, decodeURIComponent(part.slice(at + 1).trim())] as const;
    });
    return pairs.every(([name]) => name !== '') ? Object.fromEntries(pairs) : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with the settings, where they are used. Values of headers are secrets. */
export function traceContradictions(config: Values): string[] {
  if (!isOn(config)) {
    return [];
  }
  const pairs = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_RESOURCE_ATTRIBUTES'] as const;
  return [
    ...(URL.canParse(urlOf(config)) ? [] : ['OTEL_EXPORTER_OTLP_ENDPOINT is not an address']),
    ...(protocolOf(config)
      ? []
      : [`OTEL_EXPORTER_OTLP_PROTOCOL must be ${PROTOCOLS.join(' or ')}`]),
    ...(config.OTEL_TRACES_EXPORTER === 'otlp'
      ? []
      : ['OTEL_TRACES_EXPORTER must be otlp or none']),
    ...(samplerOf(config)
      ? []
      : [`OTEL_TRACES_SAMPLER must be one of ${SAMPLERS.join(', ')}, or ${PARENT_BASED}…`]),
    ...(ratioOf(config) === undefined ? ['OTEL_TRACES_SAMPLER_ARG must be from 0 to 1'] : []),
    ...pairs
      .filter((name) => readPairs(config[name]) === undefined)
      .map((name) => `${name} must be name=value,name=value`),
  ];
}

/** Undefined where traces are off. */
export function readTracing(config: Values): TracingSettings | undefined {
  const [protocol, sampler] = [protocolOf(config), samplerOf(config)];
  if (!isOn(config) || !protocol || !sampler) {
    return undefined;
  }
  return {
    url: urlOf(config),
    protocol,
    headers: readPairs(config.OTEL_EXPORTER_OTLP_HEADERS) ?? {},
    attributes: {
      ...readPairs(config.OTEL_RESOURCE_ATTRIBUTES),
      'service.name': config.OTEL_SERVICE_NAME,
    },
    sampler,
    followsParent: config.OTEL_TRACES_SAMPLER.startsWith(PARENT_BASED),
    ratio: ratioOf(config) ?? 1,
  };
}
