import { bundleHostTests } from '../support/host/hostBundle.ts';
import { runInsideHost } from '../support/host/insideHost.ts';
import { vsCodeVersions } from '../support/host/vscodeInstallation.ts';
import type { Finding } from './finding.ts';

interface Found {
  readonly length: number;
  readonly name: 'openingMs' | 'changeMs' | 'keystrokeMs' | 'lagAddingMs' | 'lagConfirmingMs';
  readonly value: number;
}

const [short, long] = [1000, 100_000];

/**
 * Measures what a list of 100,000 costs inside the extension host, compared with one of 1,000, with `test/bench/host`.
 */
export async function measureListInHost(): Promise<readonly Finding[]> {
  const tests = await bundleHostTests('staged', 'test/bench/host');
  const findings: Finding[] = [];
  for (const version of vsCodeVersions) {
    const found: Found[] = [];
    const result = await runInsideHost(version, tests, (text) => {
      for (const [, line = ''] of text.matchAll(/^FOUND (.*)$/gm)) found.push(JSON.parse(line) as Found);
    });
    if (result.kind === 'broken' || result.failed > 0)
      throw new Error(`The list could not be measured inside VS Code ${version}: ${JSON.stringify(result)}`);
    const valueOf = (name: Found['name'], length: number): number =>
      found.find((each) => each.name === name && each.length === length)?.value ?? Number.NaN;
    findings.push(
      ratio(version, 'opening the view', 'openingMs', valueOf),
      ratio(version, 'one state change', 'changeMs', valueOf),
      ratio(
        version,
        'what the extension adds to a keystroke, by lines of the document',
        'keystrokeMs',
        valueOf,
      ),
      lag(version, 'adding', 'lagAddingMs', valueOf),
      lag(version, 'confirming', 'lagConfirmingMs', valueOf),
    );
  }
  return findings;
}

type ValueOf = (name: Found['name'], length: number) => number;

function ratio(version: string, what: string, name: Found['name'], valueOf: ValueOf): Finding {
  const [few, many] = [valueOf(name, short), valueOf(name, long)];
  return {
    name: `list.${version}.${name}.ratio`,
    what: `${what}, 100,000 / 1,000, VS Code ${version}`,
    value: many / few,
    unit: 'times',
    aim: { sign: '≤', bound: 1.5 },
    detail: `medians ${many.toFixed(2)} against ${few.toFixed(2)} ms`,
  };
}

function lag(version: string, what: string, name: Found['name'], valueOf: ValueOf): Finding {
  return {
    name: `list.${version}.${name}`,
    what: `${what} 100,000: longest lag, VS Code ${version}`,
    value: valueOf(name, long),
    unit: 'ms',
    aim: { sign: '≤', bound: 50 },
    detail: `${valueOf(name, short).toFixed(1)} ms with 1,000`,
  };
}
