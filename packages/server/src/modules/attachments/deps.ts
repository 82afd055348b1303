import type { LiveEvent } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { FileStore, Staging } from '../../platform/file-store/index.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { GuardedReceive } from '../../platform/outgoing-http/index.ts';
import type { Audit } from '../audit/index.ts';
import type { StorageKind } from './store.ts';

export type AttachmentsDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly audit: Pick<Audit, 'record'>;
  readonly live: { readonly publish: (hint: LiveEvent) => void };
  readonly receive: GuardedReceive;
  readonly staging: Staging;
  /** Where new files go. */
  readonly store: FileStore;
  /** Where files of that kind are read from; undefined when it is not configured any more. */
  readonly storeOf: (kind: StorageKind) => FileStore | undefined;
};
