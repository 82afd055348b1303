import { expect, test } from 'vitest';
import { readPageAddress } from './page-address.ts';

const ID = '1080000000000101';

test.each([
  [ID],
  [`  ${ID}\n`],
  [`https://www.facebook.com/${ID}`],
  [`facebook.com/profile.php?id=${ID}`],
  [`https://m.facebook.com/pages/Riverside-Bakery/${ID}?ref=x`],
  [`https://www.facebook.com/people/Riverside-Bakery/${ID}/`],
  [`https://www.facebook.com/Riverside-Bakery-${ID}/`],
  [`https://business.facebook.com/latest/home?asset_id=${ID}&nav_ref=x`],
  [`http://localhost:4020/pages/${ID}`],
])('the number is found in %s', (text) => {
  expect(readPageAddress(text)).toEqual({ kind: 'id', id: ID });
});

test.each([
  ['riverside.bakery'],
  ['@riverside.bakery'],
  ['https://www.facebook.com/riverside.bakery'],
  ['facebook.com/riverside.bakery/about?locale=uk_UA'],
  ['https://m.me/riverside.bakery'],
])('the user name is found in %s', (text) => {
  expect(readPageAddress(text)).toEqual({ kind: 'name', name: 'riverside.bakery' });
});

test.each([
  [''],
  ['Riverside Bakery'],
  ['1234'],
  ['https://www.facebook.com/'],
  ['https://www.facebook.com/groups/bakers'],
  ['https://example.test/riverside.bakery'],
  ['me'],
  ['../me/accounts'],
  ['riverside.bakery?fields=access_token'],
  ['javascript:alert(1)'],
  ['facebook.com'],
  ['💪'],
])('nothing is found in %j', (text) => {
  expect(readPageAddress(text)).toBeUndefined();
});
