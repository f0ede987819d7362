/** What a name says about an id. */
export interface NameReading {
  readonly role: 'session' | 'attempt' | 'endUser' | 'vendorData';
  /**
   * How much the name says. `sure`: only Veriff uses it. `usual`: it counts unless sessions of another service are
   * mentioned nearby. `weak`: it counts only if something of Veriff's is nearby.
   */
  readonly claim: 'sure' | 'usual' | 'weak';
}

/** The role of an id with this name (a key, a variable, a column), in any spelling; undefined if the name has none. */
export function roleOfName(name: string): NameReading | undefined {
  const key = foldName(name);
  if (!mayName.test(key)) return undefined;
  const isVeriffs = key.includes('veriff');
  // Names that begin with two underscores belong to a protocol, such as a debugger's.
  const others = name.startsWith('__') ? 'weak' : 'usual';
  if (sessionId.test(key)) return { role: 'session', claim: isVeriffs ? 'sure' : others };
  // These roles only keep an id from being deleted, so a name that merely ends in one of them is enough.
  if (/attempt(?:id|uuid|guid)?\d{0,3}$/.test(key)) return { role: 'attempt', claim: 'sure' };
  if (/enduser(?:id|uuid|guid)?\d{0,3}$/.test(key)) return { role: 'endUser', claim: 'sure' };
  if (/vendordata(?:id)?\d{0,3}$/.test(key)) return { role: 'vendorData', claim: 'sure' };
  return session.test(key) ? { role: 'session', claim: isVeriffs ? 'sure' : 'weak' } : undefined;
}

/** The role of each id in a list with this name; undefined if the name has none. */
export function roleOfListName(name: string): NameReading | undefined {
  const key = foldName(name);
  const one = /^(?<one>.{1,60}?)(?:s|list|set)$/.exec(key)?.groups?.['one'];
  return one === undefined ? undefined : roleOfName(one);
}

/** Whether the name is that of a session's own id: a record that has one is not itself the session. */
export function isSessionIdName(name: string): boolean {
  return sessionId.test(foldName(name));
}

/** Whether something with this name has sessions that are not Veriff's, such as a checkout, a login or a browser. */
export function isForeignName(name: string): boolean {
  return foreign.test(foldName(name));
}

/** The name without case, dashes, underscores and spaces. */
export function foldName(name: string): string {
  return name.replace(/[-_$\s.]/g, '').toLowerCase();
}

const mayName = /session|verif|attempt|enduser|vendordata/;

// Words that may come before one of Veriff's names. With any other word, the name belongs to another service: a
// `checkoutSessionId` is a session, but not one of Veriff's.
const neutral = [
  'x|veriff|kyc|idv|identity|my|the|an?|this|that|some|any|other|another|first|second|third|last|latest|next|previous|prev',
  'old|new|current|existing|expected|actual|known|unknown|valid|invalid|given|original|default|target|selected|stored|saved',
  'test|testing|e2e|demo|sample|example|fake|mock|dummy|fixture|live|prod|production|staging|sandbox|data|env',
  'created|started|submitted|approved|declined|expired|abandoned|review|resubmitted|finished|completed|deleted|deletable',
].join('|');

const sessionId = new RegExp(
  `^(?:${neutral}){0,3}(?:session|verification|verificationsession)(?:id|uuid|guid)(?:\\d{1,3}|[ab])?$`,
);
const session = new RegExp(`^(?:${neutral}){0,3}(?:session|verification|verificationsession)\\d{0,3}$`);

const foreign = new RegExp(
  [
    'checkout|payment|paypal|stripe|adyen|klarna|billing|cart|shop|order|basket',
    'auth|login|logon|signin|signup|oauth|sso|saml|cookie|csrf|jwt|keycloak|cognito|okta|token|express',
    'analytics|amplitude|mixpanel|posthog|segment|sentry|datadog|newrelic|hotjar|clarity|telemetry|tracking|replay',
    'browser|device|client|socket|websocket|webrtc|http|server|database|redis|mongo|postgres|mysql|oracle|sql|kafka',
    'ssh|rdp|vpn|tls|ssl|sftp|ftp|sip|shell|terminal|tmux|console|remote|desktop|debug|editor|chat|game|training',
    'selenium|webdriver|playwright|cypress|puppeteer|spark|livy|jupyter|notebook|worker|build|agent|copilot',
    'user(?!.*veriff)|admin|visitor|guest|support|call|meeting|video|stream|media|room|upload|therapy|class',
  ].join('|'),
);
