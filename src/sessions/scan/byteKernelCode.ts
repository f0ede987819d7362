/*
 * The module, instruction by instruction, since nothing else here needs a compiler for it. Numbers are written as in
 * the specification of WebAssembly; all values that are encoded are below 128, or are written by `leb`.
 */
/** How large the memory is, in units of 64 KiB. */
export const pages = 2;

type Code = readonly (number | Code)[];

const i32 = 0x7f;
const v128 = 0x7b;
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant = (value: number): Code => [0x41, ...leb(value)];
const [block, loop, when, end, isEmpty] = [0x02, 0x03, 0x04, 0x0b, 0x40];
const [branch, branchIf, back] = [0x0c, 0x0d, 0x0f];
const [equals, above, below, plus, minus, and, or, shiftLeft, lowestBit] = [
  0x46, 0x4b, 0x49, 0x6a, 0x6b, 0x71, 0x72, 0x74, 0x68,
];
const byteAt = [0x2d, 0, 0];
const call = (function_: number): Code => [0x10, function_];
/** Sixteen bytes, so many after the address. */
const vectorAt = (offset: number): Code => [0xfd, 0x00, 0, offset];
const vector = (...operation: readonly number[]): Code => [0xfd, operation];
const sixteenOf = (value: number): Code => [constant(value), vector(0x0f)];
const [sameBytes, lessBytes, minusBytes, bitOfEach] = [
  vector(0x23),
  vector(0x26),
  vector(0x71),
  vector(0x64),
];
const [andVectors, andNotVectors, orVectors, anyIn] = [
  vector(0x4e),
  vector(0x4f),
  vector(0x50),
  vector(0x53),
];

/** (address) → a bit for each of sixteen bytes that is a hexadecimal digit. */
const hexBits = (): Code => [
  [get(0), vectorAt(0), set(1)],
  [get(1), sixteenOf(48), minusBytes, sixteenOf(10), lessBytes],
  [get(1), sixteenOf(32), orVectors, sixteenOf(97), minusBytes, sixteenOf(6), lessBytes],
  [orVectors, bitOfEach],
];

/**
 * (from, to) → the offset of the first UUID, or `to`. Locals: where it is, the candidates from there, one of them,
 * dashes.
 */
const next = (): Code => [
  [sixteenOf(45), set(5), get(0), set(2)],
  [block, isEmpty, loop, isEmpty],
  [get(2), constant(36), plus, get(1), above, branchIf, 1],
  // Four dashes at their places, and none at the beginning, tell of a UUID that could begin at each of sixteen bytes.
  ...[8, 13, 18, 23].map((offset) => [get(2), vectorAt(offset), get(5), sameBytes]),
  [andVectors, andVectors, andVectors],
  [get(2), vectorAt(0), get(5), sameBytes, andNotVectors, bitOfEach, set(3)],
  [block, isEmpty, loop, isEmpty],
  [get(3), 0x45, branchIf, 1],
  [get(2), get(3), lowestBit, plus, set(4)],
  [get(4), constant(36), plus, get(1), above, branchIf, 3],
  // Where the dashes are, and only there, is no digit.
  [get(4), call(0), constant(0xdeff), equals],
  [get(4), constant(16), plus, call(0), constant(0xff7b), equals, and],
  [get(4), constant(20), plus, call(0), constant(0xfff7), equals, and],
  [when, isEmpty, get(4), back, end],
  [get(3), get(3), constant(1), minus, and, set(3), branch, 0, end, end],
  [get(2), constant(16), plus, set(2), branch, 0, end, end],
  get(1),
];

/**
 * (byte, from, to) → how often it is there. Locals: the sum, an end, counts of sixteen lanes, the byte sixteen times.
 */
const count = (): Code => [
  [get(0), vector(0x0f), set(6)],
  [block, isEmpty, loop, isEmpty],
  [get(1), constant(16), plus, get(2), above, branchIf, 1],
  [constant(0), vector(0x0f), set(5)],
  // A lane holds no more than 255.
  [get(1), constant(4080), plus, set(4)],
  [loop, isEmpty],
  [get(5), get(1), vectorAt(0), get(6), sameBytes, minusBytes, set(5)],
  [get(1), constant(16), plus, set(1)],
  [get(1), get(4), below, get(1), constant(16), plus, get(2), above, 0x45, and, branchIf, 0, end],
  [get(5), vector(0x7d), vector(0x7f), set(5)],
  ...[0, 1, 2, 3].map((lane) => [get(3), get(5), vector(0x1b, lane), plus, set(3)]),
  [branch, 0, end, end],
  [block, isEmpty, loop, isEmpty],
  [get(1), get(2), below, 0x45, branchIf, 1],
  [get(3), get(1), byteAt, get(0), equals, plus, set(3)],
  [get(1), constant(1), plus, set(1), branch, 0, end, end],
  get(3),
];

/** (from, to) → bits for CR, J and bytes from 128 on. Locals: what was CR, what was J, all bytes, sixteen of them. */
const survey = (): Code => [
  [block, isEmpty, loop, isEmpty],
  [get(0), get(1), below, 0x45, branchIf, 1],
  [get(0), vectorAt(0), set(5)],
  [get(5), sixteenOf(13), sameBytes, get(2), orVectors, set(2)],
  [get(5), sixteenOf(74), sameBytes, get(3), orVectors, set(3)],
  [get(5), get(4), orVectors, set(4)],
  [get(0), constant(16), plus, set(0), branch, 0, end, end],
  [get(2), anyIn],
  [get(3), anyIn, constant(1), shiftLeft, or],
  [get(4), bitOfEach, constant(0), above, constant(2), shiftLeft, or],
];

/** The module of `ByteKernel`: it takes its memory as `m.m`, and gives `next`, `count` and `survey`. */
export function kernelModule(): Uint8Array<ArrayBuffer> {
  const type = (parameters: number): Code => [
    0x60,
    parameters,
    ...Array<number>(parameters).fill(i32),
    1,
    i32,
  ];
  const name = (text: string): readonly number[] => [text.length, ...Buffer.from(text)];
  const memory = [...name('m'), ...name('m'), 0x02, 1, pages, pages];
  return Uint8Array.from(
    [
      [...Buffer.from('\0asm'), 1, 0, 0, 0],
      section(1, [3, type(1), type(2), type(3)]),
      section(2, [1, memory]),
      section(3, [4, 0, 1, 2, 1]),
      section(7, [3, [...name('next'), 0, 1], [...name('count'), 0, 2], [...name('survey'), 0, 3]]),
      section(10, [
        4,
        body([[1, v128]], hexBits()),
        body(
          [
            [3, i32],
            [1, v128],
          ],
          next(),
        ),
        body(
          [
            [2, i32],
            [2, v128],
          ],
          count(),
        ),
        body([[4, v128]], survey()),
      ]),
    ].flat(),
  );
}

function section(id: number, content: Code): readonly number[] {
  const bytes = flat(content);
  return [id, ...leb(bytes.length), ...bytes];
}

function body(locals: readonly (readonly [count: number, type: number])[], code: Code): readonly number[] {
  const bytes = [locals.length, ...locals.flat(), ...flat(code), end];
  return [...leb(bytes.length), ...bytes];
}

function flat(code: Code): readonly number[] {
  return code.flatMap((each) => (typeof each === 'number' ? [each] : flat(each)));
}

/**
 * A number as WebAssembly writes it: seven bits in each byte; the last has its highest clear, since none is negative.
 */
function leb(value: number): readonly number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
