export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type SpanStart = {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'internal';
  readonly attributes: Attributes;
};

export type Span = {
  /** Names this span: for the row that goes on with the trace, and for the next process. */
  readonly traceparent: string;
  /** `error` is a word of a closed list, such as a status or the name of a class. */
  end: (ending?: { attributes?: Attributes; error?: string | undefined }) => void;
};

export type Tracing = {
  /** Begins a trace, or goes on with the caller's. Undefined where the sampler leaves it out. */
  begin: (span: SpanStart, caller?: string | undefined) => Span | undefined;
  /** Goes on with a stored trace; undefined where there is none. */
  follow: (stored: string | null, span: SpanStart) => Span | undefined;
  /** Exports what ended. Never throws. */
  flush: () => Promise<void>;
  /** Exports what ended, and gives up after a short while. Never throws. */
  close: () => Promise<void>;
};

export type TracingSettings = {
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, string>>;
  /** Of the process: `service.name` and what the operator added. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sampler: 'always_on' | 'always_off' | 'traceidratio';
  readonly followsParent: boolean;
  readonly ratio: number;
};
