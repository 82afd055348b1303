import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Log, silentLog } from '../platform/log.ts';
import type { Tracing } from '../platform/tracing/index.ts';
import { createTracing } from '../platform/tracing/tracing.ts';

export type ReceivedSpan = {
  readonly name: string;
  /** By OTLP: 1 internal, 2 server, 3 client, 4 producer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
};

type Value = { stringValue?: string; intValue?: string | number; boolValue?: boolean };
type Pairs = { key: string; value: Value }[];
type Otlp = {
  resourceSpans: {
    resource: { attributes: Pairs };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
};
type OtlpSpan = {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Pairs;
  status?: { code?: number };
};

export type OtlpReceiver = Awaited<ReturnType<typeof startOtlpReceiver>>;

/** Takes traces in over OTLP, as a collector does; `JSON` is read, protobuf is kept as it came. */
export async function startOtlpReceiver() {
  let isHanging = false;
  let status = 200;
  const requests: { path: string; headers: Record<string, unknown>; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      requests.push({ path, headers, body: Buffer.concat(chunks) });
      if (!isHanging) {
        response.writeHead(status, { 'content-type': headers['content-type'] ?? '' }).end('{}');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    requests,
    /** Settings of a server that sends its traces here. */
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    /** From now on this is answered. */
    answer(next: number) {
      status = next;
    },
    /** From now on requests are taken and never answered. */
    hang() {
      isHanging = true;
    },
    text: () => requests.map(({ body }) => body.toString()).join('\n'),
    spans: (): ReceivedSpan[] =>
      requests.flatMap(({ body }) => readSpans(JSON.parse(body.toString()))),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The traces of one process, everything sampled. Several may send to one receiver. */
export function tracingTo(
  otlp: OtlpReceiver,
  { name = 'chatgate', log = silentLog }: { name?: string; log?: Log } = {},
): Tracing {
  return createTracing(
    {
      ...{ url: `${otlp.url}/v1/traces`, protocol: 'http/json', headers: {} },
      ...{ sampler: 'always_on', followsParent: true, ratio: 1 },
      attributes: { 'service.name': name },
    },
    { log },
  );
}

function readSpans({ resourceSpans }: Otlp): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        kind: span.kind,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        startedAt: BigInt(span.startTimeUnixNano),
        endedAt: BigInt(span.endTimeUnixNano),
        isError: span.status?.code === 2,
        attributes: read(span.attributes),
        resource: read(resource.attributes),
      })),
    ),
  );
}

const read = (pairs: Pairs): Record<string, unknown> =>
  Object.fromEntries(
    pairs.map(({ key, value: { stringValue, intValue, boolValue } }) => [
      key,
      stringValue ?? boolValue ?? Number(intValue),
    ]),
  );
