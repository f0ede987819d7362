/** One measured value of the bench, for people and for programs. */
export interface Finding {
  /** Never changes, so that the values of two runs can be compared. */
  readonly name: string;
  readonly what: string;
  readonly value: number;
  readonly unit: 'times' | 'ms' | 'kB' | 'count';
  /** What the value should stay below, may at most be, or should reach; absent if there is no aim. */
  readonly aim?: Aim;
  /** The numbers that it comes from, as text. */
  readonly detail: string;
}

/** A bound for a value; missing it does not fail the bench. */
export interface Aim {
  readonly sign: '<' | '≤' | '≥';
  readonly bound: number;
}

/** Whether the value meets its aim; undefined if it has none. */
export function isMet({ value, aim }: Finding): boolean | undefined {
  if (aim === undefined) return undefined;
  if (aim.sign === '≥') return value >= aim.bound;
  return aim.sign === '<' ? value < aim.bound : value <= aim.bound;
}

/** The findings as a table with one line each. */
export function findingTable(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const { what, aim, detail } = finding;
    const met = isMet(finding);
    return [
      what,
      valueText(finding),
      aim === undefined ? '' : `aim ${aim.sign} ${aim.bound}`,
      met === undefined ? '' : met ? 'met' : 'missed',
      detail,
    ];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function valueText({ value, unit }: Finding): string {
  if (unit === 'times') return `${value.toFixed(3)} ×`;
  if (unit === 'count') return value.toFixed(2);
  return unit === 'ms' ? `${value.toFixed(2)} ms` : `${value.toFixed(1)} kB`;
}
