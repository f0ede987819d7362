const hourMs = 60 * 60_000;
const [width, height, base] = [240, 44, 30];

/**
 * A small SVG chart of the last 24 hours: one bar per hour, one step for each deletion request (`sentAt`, epoch ms).
 * Its colours are readable in light and dark themes.
 */
export function daySvg(sentAt: readonly number[], now: number): string {
  const perHour = Array.from({ length: 24 }, () => 0);
  for (const at of sentAt) {
    const hour = 23 - Math.floor((now - at) / hourMs);
    if (hour >= 0 && hour < 24) perHour[hour] = (perHour[hour] ?? 0) + 1;
  }
  const bars = perHour.flatMap((count, hour) => {
    const steps = Math.min(count, 5);
    return steps === 0
      ? []
      : [
          `<rect x="${hour * 10 + 1}" y="${base - steps * 5}" width="8" height="${steps * 5}" rx="1" fill="#3794ff"/>`,
        ];
  });
  const label = (x: number, anchor: string, text: string): string =>
    `<text x="${x}" y="${height - 3}" text-anchor="${anchor}" font-family="sans-serif" font-size="9" fill="#888">${text}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<line x1="0" y1="${base}.5" x2="${width}" y2="${base}.5" stroke="#888"/>`,
    ...bars,
    label(0, 'start', '24 h ago'),
    label(width / 2, 'middle', '12 h'),
    label(width, 'end', 'now'),
    '</svg>',
  ].join('');
}
