/** The package `messenger-bot` as its README sets it up. It stores nothing and answers at once. */
import { createServer } from 'node:http';
import Bot from 'messenger-bot';
import { listen } from './listen.ts';

const bot = new Bot({ token: 'unused', verify: 'unused', app_secret: process.env['APP_SECRET'] });
bot.on('error', (error: Error) => {
  console.error(error.message);
  process.exit(1);
});
bot.on('message', () => {});
listen(createServer(bot.middleware()));
