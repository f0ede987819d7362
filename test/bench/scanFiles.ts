import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { ScanText } from '../support/sessions/scanText.ts';
import { SeededChance } from '../support/random/seededChance.ts';

/** A kind of file to scan, and how its content is made. */
export interface ScanFileKind {
  readonly name: string;
  readonly what: string;
  /** Returns the next few hundred kilobytes. */
  readonly piece: (chance: SeededChance) => string;
  /** How many different pieces there are; after them, they are repeated. */
  readonly pieces: number;
}

const all = Number.POSITIVE_INFINITY;
const pieceLength = 500_000;

/** Files of everyday use. */
export const commonFiles: readonly ScanFileKind[] = [
  { name: 'log', what: 'a server log, an id in each 20th line', piece: logOf(20), pieces: all },
  { name: 'denseLog', what: 'a server log, an id in each line', piece: logOf(1), pieces: all },
  { name: 'traceLog', what: 'a server log, a request id in each line', piece: traceLog, pieces: all },
  {
    name: 'json',
    what: 'a JSON export on one line, two ids in each kilobyte',
    piece: jsonExport,
    pieces: all,
  },
  { name: 'csv', what: 'a CSV export, one id in each line', piece: csvExport, pieces: all },
];

const hex = '0123456789abcdef';

/** Files that make it hard to find ids. */
export const hardFiles: readonly ScanFileKind[] = [
  {
    name: 'noDash',
    what: 'words without a dash',
    piece: (chance) => drawn(chance, 'abcdefghijklmnopqrstuvwxyz     .,\n'),
    pieces: 16,
  },
  { name: 'onlyDashes', what: 'nothing but dashes', piece: () => '-'.repeat(pieceLength), pieces: 1 },
  { name: 'onlyHex', what: 'nothing but hex', piece: (chance) => drawn(chance, hex), pieces: 16 },
  {
    name: 'hexAndDashes',
    what: 'hex and dashes at random',
    piece: (chance) => drawn(chance, `${hex}--`),
    pieces: 16,
  },
  { name: 'nearIds', what: 'UUIDs that miss by one character', piece: nearIds, pieces: 16 },
  { name: 'oneLine', what: 'one line, in which an id is rare', piece: oneLine, pieces: 16 },
  {
    name: 'lineEnds',
    what: 'nothing but line ends, CR and LF',
    piece: (chance) => drawn(chance, '\r\n\n'),
    pieces: 16,
  },
];

/** Writes the file with at least `bytes` bytes, and returns its path. */
export function writeScanFile(folder: string, kind: ScanFileKind, seed: number, bytes: number): string {
  const file = path.join(folder, kind.name);
  const chance = new SeededChance(seed);
  const pieces: Buffer[] = [];
  const descriptor = openSync(file, 'wx');
  for (let written = 0, number = 0; written < bytes; number += 1) {
    let piece = pieces[number % kind.pieces];
    if (piece === undefined) {
      piece = Buffer.from(kind.piece(chance));
      if (kind.pieces !== all) pieces.push(piece);
    }
    written += writeSync(descriptor, piece);
  }
  closeSync(descriptor);
  return file;
}

function filled(next: () => string): string {
  let text = '';
  while (text.length < pieceLength) text += next();
  return text;
}

function drawn(chance: SeededChance, characters: string): string {
  const each = Array.from(characters);
  return filled(() => chance.pick(each));
}

function logOf(linesForEachId: number): (chance: SeededChance) => string {
  // A session appears several times while it is in progress: when it is created, requested, and in its webhooks.
  const underWay: string[] = [];
  let line = 0;
  return (chance) => {
    const ids = new ScanText(chance);
    while (underWay.length < 40) underWay.push(ids.id());
    return filled(() => {
      line += 1;
      const head = `${new Date(1_760_000_000_000 + 37 * line).toISOString()} INFO [worker-${line % 8}]`;
      const tail = `duration_ms=${chance.whole(1, 999)}\n`;
      if (line % linesForEachId !== 0)
        return `${head} http.server request completed method=GET path=${chance.pick(paths)} status=200 bytes=${chance.whole(100, 99_999)} user_agent="Mozilla/5.0" ${tail}`;
      const which = chance.whole(0, underWay.length - 1);
      if (chance.happens(1 / 6)) underWay[which] = ids.id();
      const id = underWay[which] ?? '';
      return chance.happens(0.3)
        ? `${head} http.server request completed method=GET path=/v1/sessions/${id}/decision status=200 ${tail}`
        : `${head} verification webhook received session_id=${id} action=submitted ${tail}`;
    });
  };
}

const paths = ['/health', '/api/orders/list', '/static/app.js', '/users/me', '/api/products/search?q=shoes'];

function traceLog(chance: SeededChance): string {
  const ids = new ScanText(chance);
  return filled(
    () =>
      `2026-11-02T10:11:${chance.whole(10, 59)}.${chance.whole(100, 999)}Z info request_id=${ids.id()} GET ${chance.pick(paths)} 200 ${chance.whole(1, 999)}ms\n`,
  );
}

function jsonExport(chance: SeededChance): string {
  const ids = new ScanText(chance);
  return filled(() => {
    const items = Array.from(
      { length: 8 },
      () =>
        `{"sku":"A-${chance.whole(1000, 9999)}","title":"${chance.pick(titles)}","price":${chance.whole(100, 9999)}}`,
    );
    return `{"orderNumber":${chance.whole(1e6, 1e7)},"createdAt":"2026-11-02T10:11:12.000Z","customer":{"name":"${chance.pick(names)}","email":"someone${chance.whole(1, 9999)}@example.test","veriffSessionId":"${ids.id()}"},"items":[${items.join(',')}],"note":"${chance.pick(titles)} ${chance.pick(titles)} ${chance.pick(titles)}","shippingId":"${ids.id()}","status":"shipped"},`;
  });
}

const titles = [
  'A pair of running shoes, blue',
  'Umbrella for two persons',
  'Tea from the north, 250 g',
  'Notebook, squared',
];
const names = ['Anna Example', 'José Sample', 'Mette Muster', 'John Placeholder'];

function csvExport(chance: SeededChance): string {
  const ids = new ScanText(chance);
  return filled(
    () =>
      `${chance.whole(1e6, 1e7)};someone${chance.whole(1, 9999)}@example.test;${ids.id()};approved;2026-11-02T10:11:12Z;${chance.pick(titles)}\n`,
  );
}

function nearIds(chance: SeededChance): string {
  const ids = new ScanText(chance);
  return filled(() => ids.missedId());
}

function oneLine(chance: SeededChance): string {
  const ids = new ScanText(chance);
  return filled(() =>
    chance.happens(0.0001) ? ids.id() : `${chance.pick(titles)} ${chance.pick(['編集', 'é', 'x'])} `,
  );
}
