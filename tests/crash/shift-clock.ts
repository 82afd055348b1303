/** Preloaded: the wall clock of this process is off by SHIFT_CLOCK_MS. What only counts is not. */
const SystemDate = Date;
const aheadMs = Number(process.env['SHIFT_CLOCK_MS'] ?? '0');

class ShiftedDate extends SystemDate {
  constructor(...values: unknown[]) {
    super(...((values.length === 0 ? [ShiftedDate.now()] : values) as [number]));
  }

  static override now(): number {
    return SystemDate.now() + aheadMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
