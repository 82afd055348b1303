import type { App, Grant, Page, Person, Token } from '../entities.ts';
import type { Field } from './fields.ts';
import type { Params } from './params.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** One call, whether it came as a request or inside a batch. */
export interface Call {
  readonly method: Method;
  /** The version that runs. */
  readonly version: string;
  /** Without version. */
  readonly segments: readonly string[];
  readonly params: Params;
  readonly token: string | undefined;
}

/** Whose token it is. A Page token still carries the person it was made for. */
export type Caller =
  | { readonly kind: 'none' }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'user';
      readonly app: App;
      readonly person: Person;
      readonly grant: Grant;
      readonly token: Token;
    }
  | {
      readonly kind: 'page';
      readonly app: App;
      readonly person: Person;
      readonly grant: Grant;
      readonly token: Token;
      readonly page: Page;
    };

export type CallerKind = Caller['kind'];

/** What a path's first segment names. */
export type Node =
  | { readonly kind: 'root' }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'user'; readonly person: Person }
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'business'; readonly id: string }
  | { readonly kind: 'psid'; readonly psid: string }
  | { readonly kind: 'conversation'; readonly psid: string }
  | { readonly kind: 'message'; readonly mid: string };

export interface CallContext {
  readonly call: Call;
  readonly caller: Caller;
  readonly node: Node;
  /** The `fields` parameter; undefined when not given. */
  readonly fields: readonly Field[] | undefined;
  /** Address of the call, for paging links. */
  readonly self: string;
}

/** A row of a family's table. `path` shows the node in braces: `/{page}/subscribed_apps`. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly about: string;
  readonly handle: (context: CallContext) => unknown;
}

/** A node whose fields can be read, and whose edges can be fields too. */
export interface NodeReader {
  readonly type: string;
  readonly defaults: readonly string[];
  readonly read: (field: Field) => unknown;
}
