/**
 * A stand-in for Meta: login dialog, Graph API, webhooks, and pages to write as a customer. It owns
 * its whole state and knows nothing of the gateway; signing, paging and errors are written here anew
 * so that it can disagree with the gateway. It is for trying out and for tests, answers on loopback
 * names only, and is no part of a production start.
 */

export type { EmulatorOptions } from './compose.ts';
export type { Clock } from './core.ts';
export type { BurstMode, CustomerAction } from './customers/action.ts';
export { createEmulator, type Emulator } from './emulator.ts';
export type { EmulatorState } from './entities.ts';
export { FAULT_NAMES, type FaultName } from './fault-table.ts';
export { demoSeed, largePerson, largeSeed, parseSeed, type Seed } from './seed.ts';
export type { UsageReport } from './usage.ts';
