import { expect, test } from 'vitest';
import { growTowards, type Rows } from './drawn-rows.ts';

const rows = (first: number, last: number): Rows => ({ first, last });

test('begins where the screen begins', () => {
  expect(growTowards(rows(10, 30), undefined, 4)).toEqual(rows(10, 13));
  expect(growTowards(rows(10, 11), undefined, 4)).toEqual(rows(10, 11));
});

test('begins anew where nothing of what is drawn stays', () => {
  expect(growTowards(rows(10, 30), rows(0, 9), 4)).toEqual(rows(10, 13));
  expect(growTowards(rows(10, 30), rows(31, 40), 4)).toEqual(rows(10, 13));
});

test.each([
  ['down', rows(5, 25), rows(0, 20), rows(5, 24)],
  ['up', rows(5, 25), rows(15, 35), rows(11, 25)],
  ['both ways, upwards first', rows(5, 25), rows(7, 20), rows(5, 22)],
  ['not at all, when all is drawn', rows(5, 25), rows(0, 30), rows(5, 25)],
])('grows %s', (_way, wanted, drawn, next) => {
  expect(growTowards(wanted, drawn, 4)).toEqual(next);
});

test.each([undefined, rows(0, 3), rows(17, 21), rows(40, 50)])('arrives, from %o', (from) => {
  const wanted = rows(12, 29);
  let drawn = from;
  for (let step = 0; step < 6; step += 1) {
    drawn = growTowards(wanted, drawn, 4);
  }
  expect(drawn).toEqual(wanted);
});
