import { kernelModule, pages } from './byteKernelCode.ts';

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
