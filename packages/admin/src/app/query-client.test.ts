import { expect, test } from 'vitest';
import { ApiError } from '../shared/api/api-error.ts';
import { canGrowOld, createQueryClient } from './query-client.ts';

test.each([
  { status: 404, code: 'not_found', readings: 1 },
  { status: 0, code: 'unreachable', readings: 2 },
])(
  'what was refused is not read again because of an event: $code',
  async ({ status, code, readings }) => {
    const client = createQueryClient(() => {});
    let count = 0;
    const read = { queryKey: ['gateway', 'gw_none'], retry: false } as const;
    const queryFn = () => {
      count += 1;
      throw new ApiError({ code, status, message: '' });
    };
    await client.prefetchQuery({ ...read, queryFn });
    await client.invalidateQueries({ predicate: canGrowOld, refetchType: 'all' });
    expect(count).toBe(readings);
  },
);
