import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type FileDeps, makeTrouble } from './file-trouble.ts';
import { photoPng, picturePng } from './png.ts';

const MAX_SIZE = 720;
const STYLE = new URL('./style.css', import.meta.url);
const CLIENTS = {
  copy: new URL('./copy.client.ts', import.meta.url),
  dom: new URL('./dom.client.ts', import.meta.url),
  chat: new URL('./chat.client.ts', import.meta.url),
};

/** Pictures, attachments, style sheet and the scripts of the pages. */
export function registerFiles(app: FastifyInstance, deps: FileDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    const [, files, kind] = request.url.split('/');
    // Pictures of people and Pages are Meta's own and come from elsewhere.
    if (files === 'files' && kind !== 'picture') {
      await makeTrouble(deps, request, reply);
    }
  });
  const png = (reply: FastifyReply, bytes: Buffer) =>
    reply.header('Cache-Control', 'max-age=3600').type('image/png').send(bytes);

  app.get<{ Params: { id: string }; Querystring: { size?: string } }>(
    '/files/picture/:id.png',
    async ({ params, query }, reply) => {
      const size = Math.min(Math.max(Math.trunc(Number(query.size ?? 100)) || 100, 16), MAX_SIZE);
      return png(reply, picturePng(params.id, size));
    },
  );
  app.get<{ Params: { id: string } }>('/files/sticker/:id.png', async ({ params }, reply) =>
    png(reply, picturePng(`sticker ${params.id}`, 120)),
  );
  app.get<{ Params: { id: string } }>('/files/image/:id.png', async ({ params }, reply) =>
    png(reply, photoPng(Number(params.id) || 0, { width: 480, height: 320 })),
  );
  app.get('/files/file/:name', async (_request, reply) =>
    reply.type('application/pdf').send(smallestPdf()),
  );
  app.get('/files/audio/:name', async (_request, reply) =>
    reply.type('audio/wav').send(shortTone()),
  );
  app.get('/emulator/assets/style.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(readText(STYLE)),
  );
  for (const [name, file] of Object.entries(CLIENTS)) {
    app.get(`/emulator/assets/${name}.client.ts`, async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(stripTypeScriptTypes(readText(file))),
    );
  }
}

const readText = (file: URL) => readFileSync(file, 'utf8');

function smallestPdf(): string {
  return `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;
}

/** A second of a soft tone: 8 kHz, 8 bit, mono. */
function shortTone(): Buffer {
  const rate = 8000;
  const samples = Buffer.from(
    Array.from({ length: rate }, (_, index) =>
      Math.round(128 + 40 * Math.sin((2 * Math.PI * 440 * index) / rate)),
    ),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
