import { type lookup as dnsLookup, NOTFOUND } from 'node:dns';

/**
 * What guarded HTTP must never connect to, and what it must not stand in the way of. For every
 * path by which an address of somebody else's comes in: entering, changing, testing, delivering,
 * fetching. `PORT` stands for the port of a listener on this machine, so that the test can see
 * whether anything arrived.
 */

const LOOPBACK_HOSTS = [
  // The dotted form and every other notation of inet_aton.
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '127.0.1',
  '127.0.0.1.',
  '2130706433',
  '017700000001',
  '0x7f000001',
  '0x7f.0x0.0x0.0x1',
  '0177.0.0.1',
  '0177.0.0.01',
  '0x7f.1',
  '127.0x1',
  '0X7F.0.0.1',
  '00000177.0.0.1',
  '0',
  '0.0.0.0',
  '0.0.0.1',
  '0x0',
  // IPv6, and IPv4 in its clothes.
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::]',
  '[::0.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::FFFF:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:0001]',
  '[::ffff:0.0.0.0]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::127.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:7f00:0001::1]',
  '[2001:0:7f00:1::]',
  '[2001:0:808:808:0:0:80ff:fffe]',
  // What a browser would make of other scripts, escapes and separators.
  '①②⑦.⓪.⓪.①',
  '１２７.０.０.１',
  '127。0。0。1',
  '127．0．0．1',
  '%31%32%37.0.0.1',
  '127%2e0%2e0%2e1',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
];

const INNER_HOSTS = [
  '10.0.0.1',
  '10.255.255.255',
  '167772161',
  '012.0.0.1',
  '0xa.0.0.1',
  '10.1',
  '100.64.0.1',
  '100.127.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '172.16.1',
  '0xac100001',
  '192.168.0.1',
  '192.168.1.1',
  '192.168.257',
  '3232235777',
  '0300.0250.1.1',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '4294967295',
  '[::ffff:10.0.0.1]',
  '[::ffff:a00:1]',
  '[::ffff:192.168.1.1]',
  '[::10.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[2002:a00:1::]',
  '[2002:c0a8:101::1]',
  '[fc00::1]',
  '[fd00::1]',
  '[fdff:ffff::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[ff05::1:3]',
  '[100::1]',
  '[2001::1]',
  '[2001:2::1]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[5f00::1]',
  '[4000::1]',
  '[1::1]',
];

/** Reachable for nobody, whatever the operator's list says. */
const METADATA_HOSTS = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.0.1',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '169.16689662',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[64:ff9b:1:a9fe:a9:fe00::]',
  '[2002:a9fe:a9fe::]',
  '[fe80::1]',
  '[fe80::a9fe:a9fe]',
  '[febf::1]',
  '[fd00:ec2::254]',
  '[fd00:ec2::23]',
  '[fd20:ce::254]',
  '[fd00:42::42]',
  '[fd00:c1::a9fe:a9fe]',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
];

/** Names and what they resolve to in tests. */
const CORPUS_NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'a.localhost': ['127.0.0.1'],
  'inner.test': ['10.1.2.3'],
  'inner6.test': ['fd12:3456::1'],
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'compatible.test': ['::127.0.0.1'],
  'nat64.test': ['64:ff9b::7f00:1'],
  'sixtofour.test': ['2002:7f00:1::1'],
  'half.test': ['157.240.1.35', '127.0.0.1'],
  'half6.test': ['2a03:2880:f12f::1', '::1'],
  'unspecified.test': ['0.0.0.0'],
  'unspecified6.test': ['::'],
  'metadata.test': ['169.254.169.254'],
  'metadata6.test': ['fd00:ec2::254'],
  'metadata.google.internal': ['169.254.169.254'],
  'linklocal.test': ['fe80::1%eth0'],
  'shared.test': ['100.64.3.4'],
  'multicast.test': ['224.0.0.251'],
  'broadcast.test': ['255.255.255.255'],
  'xn--hxajbheg2az3al.test': ['192.168.7.7'],
  '127.0.0.1.nip.test': ['127.0.0.1'],
  'public.test': ['157.240.1.35'],
  'hooks.public.test': ['93.184.215.14', '2606:2800:21f:cb07::1'],
  'dual.public.test': ['8.8.4.4', '2001:4860:4860::8844'],
  'six.public.test': ['2a03:2880:f12f:83:face:b00c:0:25de'],
  'mapped.public.test': ['::ffff:8.8.8.8'],
  'xn--80akhbyknj4f.test': ['77.88.55.88'],
  'scontent.xx.fbcdn.test': ['31.13.65.7'],
  'edge-of-ten.test': ['11.0.0.0', '9.255.255.255'],
  'edge-of-172.test': ['172.15.255.255', '172.32.0.0'],
  'edge-of-192.test': ['192.167.255.255', '192.169.0.1'],
  'edge-of-shared.test': ['100.63.255.255', '100.128.0.1'],
  'edge-of-benchmark.test': ['198.17.255.255', '198.20.0.1'],
  'edge-of-linklocal.test': ['169.253.255.255', '169.255.0.1'],
  'edge-of-multicast.test': ['223.255.255.254'],
  'edge-of-loopback.test': ['126.255.255.255', '128.0.0.1'],
  'edge-of-documentation6.test': ['2001:db7::1', '2001:db9::1'],
  'edge-of-teredo.test': ['2001:200::1'],
};

const INNER_NAMES = [
  ...['inner.test', 'inner6.test', 'loopback.test', 'loopback6.test', 'mapped.test'],
  ...['compatible.test', 'nat64.test', 'sixtofour.test', 'half.test', 'half6.test'],
  ...['unspecified.test', 'unspecified6.test', 'shared.test', 'multicast.test', 'broadcast.test'],
  ...['xn--hxajbheg2az3al.test', 'παράδειγμα.test', '127.0.0.1.nip.test', 'INNER.TEST'],
  ...['inner.test.', 'inner｡test', 'ⓘⓝⓝⓔⓡ.test'],
];
const METADATA_NAMES = [
  ...['metadata.test', 'metadata6.test', 'metadata.google.internal', 'linklocal.test'],
  ...['metadata.google.internal.', 'METADATA.google.internal'],
];

/** Refused for their form, wherever they lead. */
const FORMS = [
  'http://public.test/',
  'http://8.8.8.8/',
  'http://public.test:443/',
  'https://public.test:22/',
  'https://public.test:25/',
  'https://public.test:80/',
  'https://public.test:6379/',
  'https://8.8.8.8:6379/',
  'https://public.test:65535/',
  'https://public.test:1/',
  'https://user:password@public.test/',
  'https://user@public.test/',
  'https://:password@public.test/',
  'https://public.test@127.0.0.1/',
  'https://127.0.0.1@public.test/',
  'https://public.test%40127.0.0.1/',
  'https:\\\\127.0.0.1\\',
  'https:/\\127.0.0.1/',
  'https:127.0.0.1',
  'https://127.0.0.1\\@public.test/',
  'https://127.0.0.1#@public.test/',
  'https://127.0.0.1?@public.test/',
  'https://127.0.0\t.1/',
  ' https://127.0.0.1/ ',
  'ftp://public.test/',
  'file:///etc/passwd',
  'file://public.test/etc/passwd',
  'gopher://127.0.0.1:6379/_INFO',
  'dict://127.0.0.1:11211/stats',
  'ldap://127.0.0.1/',
  'data:text/plain,x',
  'data:image/svg+xml,<svg/>',
  'javascript:alert(1)',
  'blob:https://public.test/x',
  'ws://public.test/',
  'wss://public.test/',
  'jar:https://public.test/!/x',
  'about:blank',
  'https://',
  'https:///',
  'https://[::1',
  'https://[fe80::1%25eth0]/',
  'https://[fe80::1%eth0]/',
  'https://[::1]%2f@public.test:x/',
  'https://256.256.256.256/',
  'https://1.2.3.4.5/',
  'https://127.0.0.1:99999/',
  'https://public test/',
  '//127.0.0.1/',
  '/etc/passwd',
  '127.0.0.1',
  'not a url',
  '',
  `https://public.test/${'x'.repeat(3_000)}`,
];

export type CorpusEntry = {
  readonly url: string;
  /** `metadata` stays refused when the operator allows every network. */
  readonly why: 'loopback' | 'inner' | 'metadata' | 'form';
};

/** Every address as http and as https; `port` of a listener that must hear nothing. */
export function forbiddenUrls(port: number): CorpusEntry[] {
  const of = (why: CorpusEntry['why'], hosts: readonly string[]) =>
    hosts.flatMap((host) => [
      { url: `http://${host}:${port}/`, why },
      { url: `https://${host}/`, why },
    ]);
  return [
    ...of('loopback', LOOPBACK_HOSTS),
    ...of('inner', [...INNER_HOSTS, ...INNER_NAMES]),
    ...of('metadata', [...METADATA_HOSTS, ...METADATA_NAMES]),
    ...FORMS.map((url) => ({ url, why: 'form' as const })),
  ];
}

/** To be let through. Nothing listens there in a test: what counts is where the socket would go. */
export const PUBLIC_URLS = [
  ...Object.keys(CORPUS_NAMES)
    .filter((name) => /public\.test$|fbcdn|^edge|^xn--80ak/.test(name))
    .map((name) => `https://${name}/`),
  'https://public.test:443/',
  'https://public.test:8443/hook',
  'https://public.test./',
  'https://PUBLIC.test/a?b=c#d',
  'https://испытание.test/',
  'https://ⓟⓤⓑⓛⓘⓒ.test/',
  'https://public.test/path/..;/%2e%2e/x?url=http://127.0.0.1/',
  'https://public.test/?next=//169.254.169.254',
  'https://8.8.8.8/',
  'https://1.1.1.1/',
  'https://157.240.1.35/',
  'https://11.0.0.1/',
  'https://172.32.0.1/',
  'https://192.169.0.1/',
  'https://100.128.0.1/',
  'https://126.0.0.1/',
  'https://128.0.0.1/',
  'https://223.255.255.1/',
  'https://134744072/',
  'https://[2606:4700:4700::1111]/',
  'https://[2a03:2880:f12f::1]/',
  'https://[2001:4860:4860::8888]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[2001:200::1]/',
];

/** Resolves the names of this file and no other. */
export const corpusLookup = ((
  host: string,
  _options: object,
  callback: (error: Error | null, found?: object[]) => void,
) => {
  const addresses = CORPUS_NAMES[host.replace(/\.$/, '')];
  if (!addresses) {
    callback(Object.assign(new Error(`No such name: ${host}`), { code: NOTFOUND }));
    return;
  }
  callback(
    null,
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
}) as unknown as typeof dnsLookup;
