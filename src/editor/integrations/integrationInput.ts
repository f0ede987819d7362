import { parseBaseUrl } from '../../veriff/credentials.ts';
import { parseSessionId } from '../../veriff/sessionId.ts';
import {
  mostSharedSecretKeys,
  type Integration,
  type IntegrationDraft,
  type IntegrationKind,
} from '../app/integration.ts';
import { runSteps, type Step } from '../input/quickSteps.ts';
import { visibleText } from '../text/visibleText.ts';

interface Draft {
  readonly name: string;
  readonly kind: IntegrationKind;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly secrets: string;
}

// Each integration has its own base URL. This one is the most frequent (src/veriff/README.md, "Requests and
// signature").
const suggestedBaseUrl = 'https://stationapi.veriff.com';

/**
 * Asks for an integration in five steps with a Back button. To edit one, the steps are filled with its stored values,
 * except for the keys, which are never shown: an empty answer keeps them. Undefined if the user gave up.
 */
export async function askForIntegration(edited?: Integration): Promise<IntegrationDraft | undefined> {
  const draft = await runSteps<Draft>(
    edited === undefined ? 'Add a Veriff Integration' : 'Edit the Veriff Integration',
    stepsFor(edited),
    {
      name: edited?.name ?? '',
      kind: edited?.kind ?? 'TEST',
      baseUrl: edited?.baseUrl ?? suggestedBaseUrl,
      apiKey: '',
      secrets: '',
    },
  );
  if (draft === undefined) return undefined;
  const reading = parseBaseUrl(draft.baseUrl);
  const [first, ...others] = secretsIn(draft.secrets);
  const sharedSecretKeys = first === undefined ? edited?.sharedSecretKeys : ([first, ...others] as const);
  const apiKey = draft.apiKey.trim() === '' ? edited?.apiKey : draft.apiKey.trim();
  if ('problem' in reading || sharedSecretKeys === undefined || apiKey === undefined) return undefined;
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    baseUrl: reading.baseUrl,
    apiKey,
    sharedSecretKeys,
    isSandbox: false,
  };
}

function stepsFor(edited: Integration | undefined): readonly Step<Draft>[] {
  const keeps = edited === undefined ? '' : ' Leave it empty to keep the stored one.';
  return [
    {
      field: 'name',
      prompt: 'What do you call this integration? The name stands in every confirmation.',
      placeholder: 'Shop, staging',
      problem: nameProblem,
    },
    {
      field: 'kind',
      prompt:
        'Is it a test or a live integration? Nothing in the API key tells; deleting LIVE sessions asks more.',
      choices: [
        { value: 'TEST', description: 'sessions of a test integration' },
        { value: 'LIVE', description: 'sessions of real people' },
      ],
    },
    {
      field: 'baseUrl',
      prompt: 'The base URL, from the integration’s page in the Veriff Customer Portal.',
      placeholder: suggestedBaseUrl,
      problem: (text) => {
        const reading = parseBaseUrl(text);
        return 'problem' in reading ? reading.problem : undefined;
      },
    },
    {
      field: 'apiKey',
      prompt: `The API key (Customer Portal, Settings, API keys).${keeps}`,
      isMasked: true,
      problem: (text) => keyProblem([text.trim()], edited !== undefined, 'API key'),
    },
    {
      field: 'secrets',
      prompt: `The shared secret key.${keeps} During a rotation: the one that signs requests first, then the others, with spaces between.`,
      isMasked: true,
      problem: (text) => keyProblem(secretsIn(text), edited !== undefined, 'shared secret key'),
    },
  ];
}

function nameProblem(text: string): string | undefined {
  const name = text.trim();
  if (name === '') return 'Give it a name.';
  if (name.length > 60) return 'At most 60 characters.';
  return visibleText(name) === name ? undefined : 'The name holds characters that cannot be seen.';
}

function keyProblem(keys: readonly string[], mayBeEmpty: boolean, what: string): string | undefined {
  const given = keys.filter((key) => key !== '');
  if (given.length === 0) return mayBeEmpty ? undefined : `Enter the ${what}.`;
  if (given.length > mostSharedSecretKeys)
    return `At most ${mostSharedSecretKeys} keys can be active at once.`;
  // Veriff answers 1802, "not a valid UUID", to anything else (src/veriff/README.md, "Requests and signature").
  return given.every((key) => parseSessionId(key) !== undefined)
    ? undefined
    : `A ${what} has the form of a UUID: 32 hex digits in groups of 8-4-4-4-12.`;
}

function secretsIn(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((secret) => secret !== '');
}
