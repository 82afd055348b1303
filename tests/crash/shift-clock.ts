/**
 * Preloaded into a server (`node --import`): its wall clock is off by the milliseconds that whoever
 * started it says last. What only counts time (timers, `performance.now`) goes on as it is.
 */
const SystemDate = Date;
let aheadMs = 0;

class ShiftedDate extends SystemDate {
  constructor(...values: unknown[]) {
    super(...((values.length === 0 ? [ShiftedDate.now()] : values) as [number]));
  }

  static override now(): number {
    return SystemDate.now() + aheadMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;

process.on('message', (said) => {
  aheadMs = Number(said);
  process.send?.('heard');
});
// To be told the time is no reason to go on living.
process.channel?.unref();
