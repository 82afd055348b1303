import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, status } from './sink.ts';

/** Every way in which an endpoint is known to fail. What belongs to a redirect leads to `elsewhere`. */
export const faults = {
  redirects: (elsewhere: string) => status(302, { location: elsewhere }),
  'hangs before its headers': () => {},
  'hangs in its body': (_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('x');
  },
  'sends headers for ever': (_request, response) => {
    drip(socketOf(response), 'HTTP/1.1 200 OK\r\n', 'x-again: 1\r\n');
  },
  'sends one endless header': (_request, response) => {
    drip(socketOf(response), 'HTTP/1.1 200 OK\r\nx-long: ', 'x'.repeat(20_000));
  },
  resets: (_request, response) => void socketOf(response).resetAndDestroy(),
  'closes without an answer': (_request, response) => void socketOf(response).destroy(),
  'promises more than it sends': (_request, response) => {
    socketOf(response).end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort');
  },
  'is no HTTP': (_request, response) => void socketOf(response).end('220 mail.test ESMTP\r\n'),
} as const satisfies Record<string, Answer | ((elsewhere: string) => Answer)>;

/** Answers 200 with more than anybody wants to read; tells how much was taken from it. */
export function gigabytes(): { answer: Answer; written: () => number } {
  const chunk = Buffer.alloc(65_536, 'x');
  let bytes = 0;
  const answer: Answer = (_request, response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) {
        bytes += chunk.length;
      }
    };
    response.on('drain', pour);
    pour();
  };
  return { answer, written: () => bytes };
}

/** Says that one byte comes and sends more, which could be taken for another answer. */
export const sendsMoreThanItPromises: Answer = (_request, response) => {
  socketOf(response).end(
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n',
  );
};

function drip(socket: Socket, first: string, again: string): void {
  socket.on('error', () => {});
  socket.write(first);
  const timer = setInterval(() => socket.write(again), 5);
  socket.on('close', () => clearInterval(timer));
}

function socketOf(response: ServerResponse): Socket {
  if (!response.socket) {
    throw new Error('The connection is gone.');
  }
  return response.socket;
}
