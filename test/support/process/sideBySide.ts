/**
 * Runs a task for all items at once, and prints their output in the order of the items: the first one's as it arrives,
 * the output of the next one after all before it have ended. Rejects with the first error after all have ended.
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  run: (item: Item, say: (text: string) => void) => Promise<void>,
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<void> {
  const held = items.map((): string[] => []);
  const hasEnded = items.map(() => false);
  let speaker = 0;
  const flush = (): void => {
    for (; speaker < items.length; speaker += 1) {
      for (const text of held[speaker]?.splice(0) ?? []) print(text);
      if (hasEnded[speaker] !== true) return;
    }
  };
  const ends = await Promise.allSettled(
    items.map(async (item, index) => {
      const say = (text: string): void => {
        held[index]?.push(text);
        flush();
      };
      await run(item, say).finally(() => {
        hasEnded[index] = true;
        flush();
      });
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
