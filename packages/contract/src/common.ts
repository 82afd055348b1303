import { type TSchema, Type } from 'typebox';

/** A time on the wire: whole milliseconds since 1970-01-01T00:00:00Z. */
export const timeFor = (description: string) =>
  Type.Integer({
    minimum: 0,
    // The last moment of the calendar (ECMA-262, 21.4.1.1).
    maximum: 8_640_000_000_000_000,
    description,
    examples: [1_795_350_000_000],
  });
export const Time = timeFor('Milliseconds since 1970-01-01T00:00:00Z.');

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A list read by cursor. `nextCursor` is null on the last page; cursors must not be stored. */
export const List = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: Nullable(Type.String()),
    total: Type.Optional(Type.Integer({ description: 'How many match in all.' })),
  });
