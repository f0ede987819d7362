import { clockMixes } from '../clock/clockMishaps.ts';
import {
  drainWithNightsOff,
  runClockWorlds,
  type ClockFigures,
  type NightlyDrain,
} from '../clock/clockWorld.ts';
import { controlArms, wronglyDead } from './simulatedArm.ts';
import { drain, type Drain } from './simulatedDrain.ts';
import { addFigures, noFigures, type Figures } from './simulatedFigures.ts';
import { useOfSlots, type LookUps, type SlotUse } from './simulatedSlots.ts';
import { SimulatedWorld } from './simulatedWorld.ts';

/** A piece of the simulation that one worker does; `first` is the seed of its first world. */
export type Work =
  | { readonly kind: 'worlds' | 'wronglyDead'; readonly first: number; readonly count: number }
  /** Runs worlds of a control arm until its promise breaks in one. */
  | { readonly kind: 'control'; readonly arm: number; readonly first: number; readonly most: number }
  | { readonly kind: 'drain'; readonly count: number }
  /** A list of sessions of which some are refused or not known. */
  | { readonly kind: 'slots'; readonly first: number; readonly count: number; readonly lookUps: LookUps }
  /** The clock alone, in worlds of one mix. */
  | { readonly kind: 'clock'; readonly mix: string; readonly first: number; readonly count: number }
  | { readonly kind: 'nights'; readonly dates: 'heard' | 'none' };

/** A world in which something broke. */
export interface Breach {
  readonly seed: number;
  readonly sentences: readonly string[];
}

/** The result of a piece of work. */
export interface WorkDone {
  readonly figures: Figures;
  readonly breaches: readonly Breach[];
  /** For a control arm: the world (from 1) in which its promise broke, and how; absent if none did. */
  readonly broke?: { readonly world: number; readonly sentence: string };
  readonly drain?: Drain;
  readonly slots?: SlotUse;
  readonly clock?: ClockFigures;
  readonly nights?: NightlyDrain;
}

export async function doWork(work: Work): Promise<WorkDone> {
  switch (work.kind) {
    case 'worlds':
    case 'wronglyDead':
      return runWorlds(work);
    case 'control':
      return runControl(work);
    case 'drain':
      return { ...nothing(), drain: await drain(work.count) };
    case 'slots':
      return { ...nothing(), slots: await useOfSlots(work.first, work.count, work.lookUps) };
    case 'clock':
      return { ...nothing(), clock: runClockWorlds(clockMixes[work.mix] ?? {}, work.first, work.count) };
    case 'nights':
      return {
        ...nothing(),
        nights: drainWithNightsOff(work.dates === 'none' ? { hasNoDates: true } : {}, 1),
      };
  }
}

async function runWorlds({
  kind,
  first,
  count,
}: Extract<Work, { kind: 'worlds' | 'wronglyDead' }>): Promise<WorkDone> {
  const figures = noFigures();
  const breaches: Breach[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const verdict = await new SimulatedWorld(seed, kind === 'worlds' ? {} : wronglyDead).run();
    addFigures(figures, verdict.figures);
    // If windows consider each other dead, only the check before each request and the limits have to hold.
    const sentences = [...verdict.overLimit, ...(kind === 'worlds' ? verdict.broken : [])];
    if (sentences.length > 0) breaches.push({ seed, sentences });
  }
  return { figures, breaches };
}

async function runControl({ arm, first, most }: Extract<Work, { kind: 'control' }>): Promise<WorkDone> {
  const control = controlArms[arm];
  if (control === undefined) throw new Error(`There is no control arm ${arm}.`);
  const { mustBreak } = control;
  for (let index = 0; index < most; index += 1) {
    const { broken, overLimit } = await new SimulatedWorld(first + index, control.arm).run();
    const [sentence] = mustBreak === 'limit' ? overLimit : broken.filter((one) => one.includes(mustBreak));
    if (sentence !== undefined) return { ...nothing(), broke: { world: index + 1, sentence } };
  }
  return nothing();
}

function nothing(): WorkDone {
  return { figures: noFigures(), breaches: [] };
}
