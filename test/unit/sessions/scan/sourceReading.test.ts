import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { guessEncoding, type TextEncoding } from '../../../../src/sessions/scan/encoding.ts';
import { projectRoot } from '../../../support/projectRoot.ts';
import { placesByExpression, placesByReading } from '../../../support/sessions/scanReference.ts';
import { ScanText } from '../../../support/sessions/scanText.ts';
import { SeededChance } from '../../../support/random/seededChance.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** SCAN_TEXTS=2000000 tries ten times as many. */
const textCount = Number(process.env['SCAN_TEXTS'] ?? 200_000);

/** Compares what is found in the bytes with what the expression finds. */
function compare(bytes: Uint8Array, options: Parameters<typeof placesByReading>[1], note: string): number {
  const { encoding, markLength } = guessEncoding(bytes, options.told);
  const wanted = placesByExpression(bytes, encoding, markLength);
  const found = placesByReading(bytes, options);
  // Comparing deeply costs more than all the rest, and mostly there is nothing.
  if (wanted.length > 0 || found.length > 0)
    assert.deepEqual(
      found,
      wanted,
      `${note}: ${JSON.stringify(Buffer.from(bytes.subarray(0, 2000)).toString('latin1'))}`,
    );
  return wanted.length;
}

describe('SourceReading', () => {
  it(`finds what a regular expression finds in the whole text, in ${textCount} texts (FAST_CHECK_SEED=${seed})`, function () {
    this.timeout(0);
    const chance = new SeededChance(seed);
    const texts = new ScanText(chance);
    let places = 0;
    for (let run = 0; run < textCount; run += 1) {
      const { bytes, told } = texts.encoded();
      const cuts = Array.from({ length: chance.whole(0, 4) }, () => chance.whole(0, bytes.length)).sort(
        (a, b) => a - b,
      );
      const extent = { reach: chance.whole(40, 90), stretch: chance.whole(4, 80) };
      places += compare(bytes, { told, extent, cuts }, `run ${run}`);
    }
    assert.ok(places > textCount / 2, `only ${places} ids in all: the texts are no trial`);
  });

  it(`finds the same wherever a chunk ends (FAST_CHECK_SEED=${seed})`, () => {
    const chance = new SeededChance(seed);
    const texts = new ScanText(chance);
    for (let run = 0; run < 60; run += 1) {
      const { bytes, told } = texts.encoded();
      for (let cut = 0; cut <= bytes.length; cut += 1)
        for (const extent of [
          { reach: 40, stretch: 4 },
          { reach: 41, stretch: 36 },
        ])
          compare(bytes, { told, extent, cuts: [cut, cut + 1] }, `run ${run}, cut at ${cut}`);
    }
  });

  it(`finds the same in sources larger than what is held at once (FAST_CHECK_SEED=${seed})`, () => {
    const chance = new SeededChance(seed);
    const texts = new ScanText(chance);
    const fillers = ['a', '0123456789abcdef', '-', '\n', '\r\n', '{"key":"value"}', 'é', '編集', '🙂', ' '];
    for (let run = 0; run < 25; run += 1) {
      const encoding = chance.pick<TextEncoding>(['utf-8', 'utf-8', 'utf-16le', 'utf-16be']);
      let text = chance.pick(['x', '\ufeff']);
      while (text.length < 250_000)
        text += texts.text(['編', '🙂']) + chance.pick(fillers).repeat(chance.whole(0, 9000));
      const bytes = texts.inEncoding(text, encoding);
      const cuts: number[] = [];
      for (let at = 0; at < bytes.length; at += chance.whole(1, 90_000)) cuts.push(at);
      compare(bytes, { told: encoding, cuts }, `run ${run}`);
    }
  });

  it(`finds the same in files of other packages (FAST_CHECK_SEED=${seed}; all of them: npm run bench:scan)`, () => {
    const chance = new SeededChance(seed);
    const files = readdirSync(path.join(projectRoot, 'node_modules'), {
      recursive: true,
      withFileTypes: true,
    })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    let bytesRead = 0;
    for (let count = 0; count < 1500 && bytesRead < 60_000_000; count += 1) {
      const file = chance.pick(files);
      const bytes = readFileSync(file);
      bytesRead += bytes.length;
      compare(bytes, {}, file);
    }
    assert.ok(bytesRead > 1_000_000, `only ${bytesRead} bytes`);
  });

  const encodings: readonly TextEncoding[] = ['utf-8', 'latin1', 'utf-16le', 'utf-16be'];
  for (const encoding of encodings)
    it(`reads ${encoding} if it is told to`, () => {
      const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
      const bytes = new ScanText(new SeededChance(1)).inEncoding(`é\n\té ${id}`, encoding);
      const [place] = placesByReading(bytes, { told: encoding });
      assert.equal(place?.id, id);
      assert.deepEqual([place.line, place.column], [1, 3]);
    });
});
