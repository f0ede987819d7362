import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { SandboxDelivery } from './sandboxDelivery.ts';
import {
  deletedReply,
  errorReply,
  failureReply,
  hmacHex,
  signedReply,
  type SandboxCredentials,
  type SandboxPage,
  type SandboxReply,
} from '../../../src/sandbox/sandboxReply.ts';

/** A fault by its name: `401/1812` is a documented error, all others are not documented anywhere. */
export type SandboxFaultName = (typeof documentedErrors)[number] | keyof typeof oddities;

/** The statuses with which a server can redirect. */
export type SandboxRedirectStatus = (typeof redirectStatuses)[number];

/**
 * What is wrong with the answers, as plain data. A redirect has its target; any other fault can say whether the request
 * is carried out after all, which overrides `sandboxFaultActs`.
 */
export type SandboxFault =
  | SandboxFaultName
  | { readonly kind: 'redirect'; readonly status: SandboxRedirectStatus; readonly location: string }
  | { readonly kind: SandboxFaultName; readonly deletes: boolean };

/** The call that a fault applies to; `base` is the answer that it spoils. */
export interface FaultScene {
  readonly credentials: SandboxCredentials;
  readonly page: SandboxPage;
  readonly id: string;
  readonly at: number;
  readonly base: SandboxReply;
}

/** Checks that a value from outside is a fault; throws a TypeError that says what is not. */
export function checkedFault(value: unknown): SandboxFault {
  if (isFaultName(value)) return value;
  if (typeof value !== 'object' || value === null || !('kind' in value))
    throw new TypeError('Unknown fault.');
  const { kind } = value;
  if (isFaultName(kind) && 'deletes' in value && typeof value.deletes === 'boolean')
    return { kind, deletes: value.deletes };
  if (kind !== 'redirect') throw new TypeError('Unknown fault.');
  const status = redirectStatuses.find((known) => 'status' in value && known === value.status);
  if (status === undefined) throw new TypeError('A redirect needs a status from 300 to 305, 307 or 308.');
  if (!('location' in value) || typeof value.location !== 'string' || !/^[!-~]+$/.test(value.location))
    throw new TypeError('A redirect needs a location in printable ASCII.');
  return { kind, status, location: value.location };
}

/** Whether the request is carried out, with all its checks, before the fault spoils the answer. */
export function sandboxFaultActs(fault: SandboxFault): boolean {
  if (typeof fault === 'object') return 'deletes' in fault && fault.deletes;
  return oddityOf(fault)?.acts === true;
}

/** Whether the fault is a refusal by the rate limit, which does not count against the quota. */
export function isRateLimitFault(fault: SandboxFault): boolean {
  const name = typeof fault === 'object' ? fault.kind : fault;
  return name === '429/1004' || name.startsWith('retry-after-');
}

/** The spoiled answer, and how it is delivered. */
export function spoiledReply(
  fault: SandboxFault,
  scene: FaultScene,
): { reply: SandboxReply; delivery: SandboxDelivery } {
  if (typeof fault === 'object' && fault.kind === 'redirect') {
    const { status, location } = fault;
    const headers = [['Location', location]] as const;
    return { reply: { status, headers, body: Buffer.alloc(0) }, delivery: 'whole' };
  }
  const name = typeof fault === 'object' ? fault.kind : fault;
  const oddity = oddityOf(name);
  if (oddity === undefined) {
    const [status = '', code = ''] = name.split('/');
    return { reply: error(scene, Number(status), code), delivery: 'whole' };
  }
  return { reply: oddity.reply?.(scene) ?? scene.base, delivery: oddity.delivery ?? 'whole' };
}

interface Oddity {
  /** True if the request is carried out and its answer spoiled; otherwise nothing is done and a success is claimed. */
  readonly acts?: true;
  readonly reply?: (scene: FaultScene) => SandboxReply;
  readonly delivery?: SandboxDelivery;
}

// Every code that our sources name for an error of this API, each on demand.
const documentedErrors = [
  ...(['400/1001', '400/1002', '400/1104', '400/1305', '400/1306'] as const),
  ...(['401/1101', '401/1801', '401/1802', '401/1803', '401/1804'] as const),
  ...(['401/1812', '401/1813', '401/1814', '401/1815', '401/1818', '401/1819'] as const),
  ...(['404/1101', '429/1004', '500/1101'] as const),
] as const;

const redirectStatuses = [300, 301, 302, 303, 304, 305, 307, 308] as const;

const oddities = {
  'retry-after-seconds': { reply: (scene) => retryAfter(scene, '1800') },
  'retry-after-date': { reply: (scene) => retryAfter(scene, new Date(scene.at + 1_800_000).toUTCString()) },
  'retry-after-nonsense': { reply: (scene) => retryAfter(scene, 'soon, I think') },
  'retry-after-huge': { reply: (scene) => retryAfter(scene, '9'.repeat(400)) },
  'status-text-400': {
    reply: (scene) =>
      text(
        400,
        json,
        error(scene, 400, '1305')
          .body.toString()
          .replace(/"fail"|400/, '"400"'),
      ),
  },
  'plain-403': { reply: () => text(403, 'text/plain', 'Forbidden') },

  'signature-missing': { acts: true, reply: (scene) => resigned(scene, () => []) },
  'signature-wrong': { acts: true, reply: (scene) => resigned(scene, () => [signature(wrong)]) },
  'signature-doubled': {
    acts: true,
    reply: (scene) => resigned(scene, (value) => [signature(value), signature(wrong)]),
  },
  'signature-of-another-body': {
    acts: true,
    reply: (scene) => resigned(scene, () => [signature(hmacHex(scene.credentials.sharedSecretKey, '{}'))]),
  },
  'signature-of-another-key': {
    acts: true,
    reply: (scene) => resigned(scene, () => [signature(hmacHex(anotherId, scene.base.body))]),
  },
  // These two are valid: hex may have either case, and header names the older prefix.
  'signature-upper-case': {
    acts: true,
    reply: (scene) => resigned(scene, (value) => [signature(value.toUpperCase())]),
  },
  'headers-vrf': { acts: true, reply: (scene) => ({ ...scene.base, headers: olderHeaders(scene.base) }) },
  'headers-both': {
    acts: true,
    reply: ({ base }) => ({
      ...base,
      headers: [...base.headers, ...olderHeaders(base).filter(([name]) => name.startsWith('vrf-'))],
    }),
  },

  'another-id': { reply: (scene) => signed(scene, deletedReply(scene.credentials, anotherId).body) },
  'html-200': { reply: () => text(200, 'text/html; charset=utf-8', page('Welcome')) },
  'html-404': { reply: () => text(404, 'text/html; charset=utf-8', page('Not Found')) },
  'empty-200': { reply: (scene) => signed(scene, '') },
  'status-204': { reply: (scene) => ({ ...scene.base, status: 204, body: Buffer.alloc(0) }) },
  'status-999': { reply: (scene) => ({ ...scene.base, status: 999 }) },
  'keeps-and-answers-200': {},

  'body-truncated': { acts: true, delivery: 'half the body' },
  'json-truncated': { acts: true, reply: (scene) => signed(scene, scene.base.body.subarray(0, -4)) },
  'body-dripping': { acts: true, delivery: 'first bytes' },
  'body-endless': { delivery: 'endless' },
  'gzip-bomb': { reply: (scene) => compressed(scene, 'gzip', gzipSync(inflated(scene))) },
  'brotli-bomb': { reply: (scene) => compressed(scene, 'br', brotli(inflated(scene))) },
  'not-utf-8': {
    reply: (scene) => signed(scene, Buffer.from(`{"note":"\xff\xfe",${claim(scene).slice(1)}`, 'latin1')),
  },
  'byte-order-mark': { acts: true, reply: (scene) => signed(scene, `\ufeff${scene.base.body.toString()}`) },
  'json-proto': {
    reply: (scene) =>
      signed(scene, `{"__proto__":${claim(scene)},"constructor":{"prototype":${claim(scene)}}}`),
  },
  'json-array': { reply: (scene) => signed(scene, `[${claim(scene)}]`) },
  'json-number': { reply: (scene) => signed(scene, '200') },
  'json-null': { reply: (scene) => signed(scene, 'null') },
  // Deep enough to overflow a recursive walk, short enough for a limit of 64 KiB.
  'json-deep': { reply: (scene) => signed(scene, '['.repeat(30_000) + ']'.repeat(30_000)) },

  'continue-then-answer': { acts: true, delivery: 'continue first' },
  'early-hints-then-answer': { acts: true, delivery: 'early hints first' },
  'continue-only': { delivery: 'continue only' },
  'switching-protocols': { delivery: 'switching protocols' },
  'never-answers': { delivery: 'nothing' },
  'reset-before-headers': { delivery: 'reset before headers' },
  'reset-in-headers': { delivery: 'reset in headers' },
  'reset-after-headers': { acts: true, delivery: 'reset after headers' },
  'reset-in-body': { acts: true, delivery: 'reset in body' },
  'deletes-and-never-answers': { acts: true, delivery: 'nothing' },
  'deletes-and-answers-500': { acts: true, reply: (scene) => error(scene, 500, '1101') },
} satisfies Readonly<Record<string, Oddity>>;

/** Every fault once, with redirects of every status; those lead to a host that cannot exist. */
export const sandboxFaults: readonly SandboxFault[] = [
  ...documentedErrors,
  ...(Object.keys(oddities) as (keyof typeof oddities)[]),
  ...redirectStatuses.map((status) => ({
    kind: 'redirect' as const,
    status,
    location: 'https://elsewhere.invalid/v1/sessions',
  })),
];

const json = 'application/json';
const wrong = '0'.repeat(64);
const anotherId = '0d6a11ce-5e55-4a0e-9bad-1d0fa0077e2d';

function isFaultName(value: unknown): value is SandboxFaultName {
  return typeof value === 'string' && sandboxFaults.some((fault) => fault === value);
}

function oddityOf(name: SandboxFaultName): Oddity | undefined {
  return Object.hasOwn(oddities, name) ? oddities[name as keyof typeof oddities] : undefined;
}

function error(scene: FaultScene, status: number, code: string): SandboxReply {
  const { credentials, page } = scene;
  const message = otherMessages[`${status}/${code}`];
  return message === undefined
    ? errorReply(credentials, page, status, code)
    : failureReply(credentials, page, status, code, message);
}

// Messages of the errors that the sandbox never returns by itself; from the same pages as its own.
const otherMessages: Readonly<Partial<Record<string, string>>> = {
  '400/1001': 'Query ID must be between 20 and 40 symbols.',
  '400/1002': 'Query ID must be a valid UUID V4',
  '401/1801': 'Mandatory X-AUTH-CLIENT header containing the API key is missing from the request.',
  '401/1804': 'Integration with the API key is not active',
  '401/1813': 'Signature does not match the SHA256 hash of query ID and integration API secret',
  '401/1814': 'Signature does not match the SHA256 hash of request body and integration API secret',
  '401/1819': 'Signature does not match the HMAC-SHA256 of request body and integration API secret',
  '500/1101': 'Something went wrong',
};

function retryAfter(scene: FaultScene, value: string): SandboxReply {
  const reply = error(scene, 429, '1004');
  return { ...reply, headers: [...reply.headers, ['Retry-After', value]] };
}

function text(status: number, type: string, body: string): SandboxReply {
  return { status, headers: [['Content-Type', type]], body: Buffer.from(body) };
}

const page = (title: string): string => `<!doctype html><title>${title}</title><h1>${title}</h1>`;

const signature = (value: string): readonly [string, string] => ['X-HMAC-SIGNATURE', value];

// A body that is wrong in itself still has a right signature, so that only the body can reveal it.
function signed({ credentials, base }: FaultScene, body: string | Buffer): SandboxReply {
  const wasSigned = base.headers.some(([name]) => name === 'X-HMAC-SIGNATURE');
  return wasSigned ? signedReply(credentials, base.status, body) : { ...base, body: Buffer.from(body) };
}

function resigned(
  { base }: FaultScene,
  change: (value: string) => readonly (readonly [string, string])[],
): SandboxReply {
  const headers = base.headers.flatMap((header) =>
    header[0] === 'X-HMAC-SIGNATURE' ? change(header[1]) : [header],
  );
  return { ...base, headers };
}

function olderHeaders({ headers }: SandboxReply): (readonly [string, string])[] {
  return headers.map(([name, value]) => [
    name.replace(/^X-.*/, (x) => x.toLowerCase().replace('x-', 'vrf-')),
    value,
  ]);
}

function claim(scene: FaultScene): string {
  return deletedReply(scene.credentials, scene.id).body.toString();
}

function compressed({ base }: FaultScene, encoding: string, body: Buffer): SandboxReply {
  const headers = base.headers.filter(([name]) => name !== 'X-HMAC-SIGNATURE');
  return { ...base, headers: [...headers, ['Content-Encoding', encoding]], body };
}

// White space before a valid claim: a client without a limit unpacks 32 MiB and then believes it.
function inflated(scene: FaultScene): Buffer {
  return Buffer.from(claim(scene).padStart(33_554_432));
}

// The lowest quality compresses white space just as well, in a fraction of the time.
function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}
