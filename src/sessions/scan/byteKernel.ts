/*
 * Why there is WebAssembly here, and how to read it.
 *
 * Most bytes of a log or an export hold no id, so the time of a scan is the time to see that. JavaScript looks at one
 * byte at a time; WebAssembly has instructions for sixteen at once (SIMD), and all versions of Node that VS Code has come
 * with them. Measured by `npm run bench:scan` and with one process in turns: with it a log is read 1.6 times as fast (3
 * times as fast as ripgrep instead of 1.9 times), and bytes that are made to be slow 2 to 6 times as fast.
 *
 * The kernel answers three questions about bytes that were copied into its memory:
 * - `survey`: is there a carriage return, a J (with which most tokens begin), a byte that is not ASCII?
 * - `next`: where is the next UUID? A UUID has dashes at four places and none at its beginning. Comparing sixteen bytes
 *   with a dash at each of these offsets gives a bit for each place at which a UUID could begin; for each bit that is
 *   set, the hexadecimal digits around it are checked in the same way.
 * - `count`: how often is a byte there? Sixteen lanes count up to 255, and are then added up.
 *
 * The module is written down instruction by instruction, so that the build needs no compiler for it. Numbers are those
 * of the specification's binary format (https://webassembly.github.io/spec/core/binary). What it must give is defined by
 * `uuidSearch.ts` and `countBytes.ts`, which do the same without it: for short texts, on machines without SIMD, and in
 * `byteKernel.test.ts`, which compares both at random.
 */

/** What was seen in bytes; each may also be told of a few bytes after them. */
export interface Survey {
  readonly hasReturn: boolean;
  readonly hasJ: boolean;
  readonly isAscii: boolean;
}

/** Looks at sixteen bytes at once, in a memory of its own into which they have to be copied. */
export interface ByteKernel {
  /** How many bytes it takes. */
  readonly capacity: number;
  /** Takes bytes in, instead of those that it had; throws if they are far too many. */
  load(bytes: Uint8Array): Survey;
  /** As `nextUuid` for the bytes that it has. */
  nextUuid(from: number, to: number): number;
  /** How many of its bytes between the two offsets are the given one. */
  count(byte: number, from: number, to: number): number;
}

// It reads up to so many bytes after the last one.
const slack = 64;

let kernel: ByteKernel | undefined;
let isMade = false;

/**
 * The one kernel, for work that is not interrupted; undefined if this machine has no such instructions. It is made when
 * it is first asked for: most windows never scan a file.
 */
export function byteKernel(): ByteKernel | undefined {
  if (!isMade) kernel = instantiate();
  isMade = true;
  return kernel;
}

function instantiate(): ByteKernel | undefined {
  const { WebAssembly: wasm } = globalThis as { WebAssembly?: CompilesModules };
  const code = kernelModule();
  if (wasm?.validate(code) !== true) return undefined;
  const memory = new wasm.Memory({ initial: pages, maximum: pages });
  const bytes = new Uint8Array(memory.buffer);
  const { exports } = new wasm.Instance(new wasm.Module(code), { m: { m: memory } });
  return {
    capacity: bytes.length - slack,
    load: (source) => {
      bytes.set(source);
      const seen = exports.survey(0, source.length);
      return { hasReturn: (seen & 1) !== 0, hasJ: (seen & 2) !== 0, isAscii: (seen & 4) === 0 };
    },
    nextUuid: (from, to) => exports.next(from, to),
    count: (byte, from, to) => exports.count(byte, from, to),
  };
}

/** What is used of WebAssembly, whose types come with those of browsers alone. */
interface CompilesModules {
  validate(code: Uint8Array): boolean;
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: KernelExports };
}

interface KernelExports {
  survey(from: number, to: number): number;
  next(from: number, to: number): number;
  count(byte: number, from: number, to: number): number;
}

/** How large the memory is, in units of 64 KiB. */
const pages = 2;

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
function kernelModule(): Uint8Array<ArrayBuffer> {
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
