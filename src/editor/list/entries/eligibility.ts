import type { Entry } from '../../../cleanup/list/entry.ts';

/** Why a command skips an entry, as the text after "skipped:"; undefined if it does not. */
export type WhyNot = (entry: Entry) => string | undefined;

const sending = 'being sent just now';
const done = 'done already';
const notKnown = 'not known to Veriff, and not sent';
const neverConfirmed = 'never confirmed (use “Delete Listed Sessions…”)';
const onHold = 'on hold (release it first)';

/** For "Remove from List". */
export const whyNotRemoved: WhyNot = ({ state }) => (state === 'sending' ? sending : undefined);

/** For "Check or Uncheck for Deletion": only entries that are listed and not on hold can be checked. */
export const whyNotChecked: WhyNot = ({ group, state }) => {
  if (group === 'listed') return undefined;
  if (state === 'listed') return onHold;
  if (group === 'notFound') return notKnown;
  return group === 'done' ? done : 'confirmed before';
};

/** For "Hold…". */
export const whyNotHeld: WhyNot = ({ state, group }) => {
  if (state === 'sending') return sending;
  if (group === 'done') return done;
  if (state === 'notFound') return notKnown;
  return state === 'failed' ? 'refused by Veriff, and not sent again by itself' : undefined;
};

/** For "Release". */
export const whyNotReleased: WhyNot = ({ heldAt }) => (heldAt === undefined ? 'not on hold' : undefined);

/** For "Try Again": blocked and refused entries are listed again; unknown ones, and those not found, are looked up. */
export const whyNotRetried: WhyNot = ({ state, heldAt }) => {
  switch (state) {
    case 'sending':
      return sending;
    case 'deleted':
      return done;
    case 'listed':
      return heldAt === undefined ? neverConfirmed : onHold;
    case 'confirmed':
      return 'waiting for a slot already';
    case 'blocked':
    case 'failed':
      return undefined;
    case 'unknown':
    case 'notFound':
      return undefined;
  }
};

/** For "Look Up Status". */
export const whyNotLookedUp: WhyNot = ({ state }) => (state === 'sending' ? sending : undefined);

/** For "Open Source". */
export const whyNotOpened: WhyNot = ({ source }) =>
  source === undefined ? 'pasted, typed or handed over, so there is no place to go to' : undefined;

/** For "Copy Session Id". */
export const whyNotCopied: WhyNot = () => undefined;

/** For "Move Up", "Move Down" and "Send Next": only queued entries have an order. */
export const whyNotMoved: WhyNot = (entry) => {
  if (entry.group === 'queue') return undefined;
  if (entry.group === 'sending') return sending;
  if (entry.group === 'done') return done;
  if (entry.heldAt !== undefined) return onHold;
  return entry.state === 'listed' ? neverConfirmed : 'not waiting for a slot';
};
