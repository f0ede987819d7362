/**
 * What one integration needs to talk to Veriff: base URL, API key and shared secret keys. They are stored as one value,
 * so that nothing can pair a stored key with another host.
 */
export interface Credentials {
  /** As `parseBaseUrl` gave it: an origin and perhaps a path, without a slash at the end and without `/v1`. */
  readonly baseUrl: string;
  /** UUID-shaped; sent as `X-AUTH-CLIENT`. */
  readonly apiKey: string;
  /** The first one signs requests; any of them may sign responses (src/veriff/README.md, "Requests and signature"). */
  readonly sharedSecretKeys: readonly [string, ...string[]];
}

/** The base URL in its normal form, or why the text is not one, in words for the user. */
export type BaseUrlReading = { readonly baseUrl: string } | { readonly problem: string };

/** The hosts for which plain `http` is allowed: a sandbox on this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Parses what the user typed as an integration's base URL. A `/v1` at the end is removed, since the client adds it. A
 * result of this function is parsed to itself, which is how the client checks a stored one.
 */
export function parseBaseUrl(text: string): BaseUrlReading {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (url === undefined)
    return {
      problem:
        'This is not a URL. Copy the base URL from the integration’s page in the Veriff Customer Portal.',
    };
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return {
      problem: 'The base URL has to begin with https:// (plain http is for a sandbox on this machine only).',
    };
  }
  // An empty user name (`https://@host`) leaves no trace in the parsed URL, so the text is checked.
  if (trimmed.includes('@')) return { problem: 'The base URL must not hold a user name or a password.' };
  if (trimmed.includes('?') || trimmed.includes('#'))
    return { problem: 'The base URL must not hold a query or a fragment.' };
  const [, host, path] = plainShape.exec(trimmed) ?? [];
  if (host === undefined || path === undefined)
    return {
      problem:
        'The base URL has to be plain: https://, a host in plain letters, and perhaps a path of letters, digits, dots, dashes, underscores and tildes.',
    };
  if (/\/\/|\/\.{1,2}(?:\/|$)/.test(path.replace(/\/+$/, '')))
    return { problem: 'The path of the base URL must not hold empty parts, “.” or “..”.' };
  return { baseUrl: url.origin + path.replace(/\/+$/, '').replace(/(?:\/v1)+$/, '') };
}

// The URL parser alone accepts too much: it drops tabs and line breaks, turns backslashes into slashes and look-alike
// letters into others, and decodes and resolves %2e%2e.
const plainShape = /^https?:\/\/([\w.:[\]-]+)((?:\/[\w.~-]*)*)$/i;
