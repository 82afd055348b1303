import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/**
 * Pictures made from nothing but a name: a symmetric pattern of two colours, different for every
 * name, so that Pages and people can be told apart without shipping any artwork.
 */
export function picturePng(name: string, size: number): Buffer {
  const seed = createHash('sha256').update(name).digest();
  const at = (index: number) => seed[index % seed.length] ?? 0;
  const hue = (at(0) * 360) / 256;
  const back = toRgb(hue, 0.45, 0.42);
  const front = toRgb((hue + 40) % 360, 0.7, 0.86);
  const cells = 5;
  const isFront = (x: number, y: number) => {
    const column = Math.min(x, cells - 1 - x);
    return x >= 0 && y >= 0 && x < cells && y < cells && at(1 + y * 3 + column) % 2 === 1;
  };
  const margin = size / 10;
  const cell = (size - 2 * margin) / cells;
  return encodePng({ width: size, height: size }, (x, y) =>
    isFront(Math.floor((x - margin) / cell), Math.floor((y - margin) / cell)) ? front : back,
  );
}

/** A "photo": soft hills, another one for every number. */
export function photoPng(number: number, { width, height }: { width: number; height: number }) {
  const hue = (number * 47) % 360;
  const sky = toRgb(hue, 0.5, 0.82);
  const near = toRgb((hue + 150) % 360, 0.4, 0.35);
  const far = toRgb((hue + 120) % 360, 0.35, 0.55);
  return encodePng({ width, height }, (x, y) => {
    const hill = height * (0.55 + 0.12 * Math.sin(x / 45 + number));
    const ridge = height * (0.75 + 0.1 * Math.sin(x / 30 + number * 2));
    return y > ridge ? near : y > hill ? far : sky;
  });
}

type Rgb = readonly [number, number, number];

function toRgb(hue: number, saturation: number, lightness: number): Rgb {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const channel = (shift: number) => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

function encodePng(
  { width, height }: { width: number; height: number },
  colourAt: (x: number, y: number) => Rgb,
): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set(colourAt(x, y), y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits per channel, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
