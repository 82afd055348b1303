import type { FaultName, FaultSetting, FaultValue } from './fault-table.ts';
import { faultRow } from './fault-table.ts';
import type { Store } from './store.ts';

/** Reads and switches faults. Parameters that a row does not name are refused. */
export interface Faults {
  set(name: FaultName, parameters?: FaultSetting): void;
  clear(name?: FaultName): void;
  /** The parameters while it is on; `times` is not counted. */
  look(name: FaultName): FaultSetting | undefined;
  /** As `look`, if `where` matches the fault's `path`, and counts one of its `times`. */
  hit(name: FaultName, where?: string): FaultSetting | undefined;
  /** Resolves when it is switched off: what it held up goes on then. */
  cleared(name: FaultName): Promise<void>;
}

export function createFaults(store: Store): Faults {
  const waiting = new Map<FaultName, Set<() => void>>();
  const letGo = (name: FaultName) => {
    for (const goOn of waiting.get(name) ?? []) {
      goOn();
    }
    waiting.delete(name);
  };
  const faults: Faults = {
    set(name, parameters = {}) {
      const { defaults = {} } = faultRow(name);
      store.state.faults[name] = { ...defaults, ...parameters };
      store.changed();
    },
    clear(name) {
      if (name === undefined) {
        store.state.faults = {};
      } else {
        delete store.state.faults[name];
      }
      for (const off of name === undefined ? [...waiting.keys()] : [name]) {
        letGo(off);
      }
      store.changed();
    },
    look: (name) => store.state.faults[name],
    hit(name, where = '') {
      const setting = store.state.faults[name];
      if (setting === undefined || !matchesPath(setting['path'], where)) {
        return undefined;
      }
      const { times } = setting;
      if (typeof times === 'number' && times > 0) {
        if (times === 1) {
          faults.clear(name);
        } else {
          faults.set(name, { ...setting, times: times - 1 });
        }
      }
      return setting;
    },
    cleared: (name) =>
      new Promise((goOn) => {
        const others = waiting.get(name) ?? new Set();
        waiting.set(name, others.add(goOn));
      }),
  };
  return faults;
}

/** `path` is a part of the path with `*` for anything; absent it matches everything. */
function matchesPath(path: FaultValue | undefined, where: string): boolean {
  if (typeof path !== 'string' || path === '') {
    return true;
  }
  const parts = path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*')).test(where);
}
