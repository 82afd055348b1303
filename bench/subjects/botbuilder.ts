/** The package `botbuilder-adapter-facebook` as its README sets it up, with an empty bot. */
import { createServer, type IncomingMessage } from 'node:http';
import { FacebookAdapter } from 'botbuilder-adapter-facebook';
import express from 'express';
import { listen } from './listen.ts';

const adapter = new FacebookAdapter({
  verify_token: 'unused',
  access_token: 'unused',
  app_secret: process.env['APP_SECRET'] ?? '',
});
const app = express();
const keepRaw = (request: IncomingMessage, _response: unknown, bytes: Buffer) => {
  Object.assign(request, { rawBody: bytes });
};
app.use(express.json({ verify: keepRaw }));
app.post(/.*/, (request: unknown, response: unknown) => {
  adapter
    .processActivity(request, response, async () => {})
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
listen(createServer(app));
