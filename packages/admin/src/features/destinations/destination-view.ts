import type { Delivery } from '@chatgate/contract';

const TABS = ['log', 'replays', 'settings'] as const;
export type DestinationTab = (typeof TABS)[number];
const STATES = ['waiting', 'delivered', 'parked', 'skipped'] as const;

/** What the address of a destination's screen says: the tab, the filters, the opened delivery. */
export interface DestinationView {
  readonly tab?: DestinationTab;
  readonly state?: Delivery['state'];
  readonly type?: string;
  readonly conversation?: string;
  readonly event?: string;
  readonly delivery?: string;
}

/** Reads an address that anybody may have written. */
export function readView(search: Readonly<Record<string, unknown>>): DestinationView {
  const tab = TABS.find((entry) => entry === search['tab']);
  const state = STATES.find((entry) => entry === search['state']);
  const text = (name: 'type' | 'conversation' | 'event' | 'delivery') => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? { [name]: value.slice(0, 64) } : {};
  };
  return {
    ...(tab === undefined || tab === 'log' ? {} : { tab }),
    ...(state === undefined ? {} : { state }),
    ...text('type'),
    ...text('conversation'),
    ...text('event'),
    ...text('delivery'),
  };
}

export function isTab(value: unknown): value is DestinationTab {
  return TABS.some((tab) => tab === value);
}
