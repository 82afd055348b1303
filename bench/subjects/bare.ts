/** The least a webhook receiver can do: reads the body, checks its HMAC, parses it, answers 200. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { listen } from './listen.ts';

const secret = process.env['APP_SECRET'] ?? '';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const given = Buffer.from(String(request.headers['x-hub-signature-256']).slice(7), 'hex');
    const expected = createHmac('sha256', secret).update(body).digest();
    const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
    const parsed = isSigned ? JSON.parse(body.toString()) : undefined;
    response.statusCode = parsed?.object === 'page' ? 200 : 401;
    response.end('EVENT_RECEIVED');
  });
});
listen(server);
