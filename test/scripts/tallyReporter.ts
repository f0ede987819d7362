import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's spec output; if TALLY_FILE names a file, it also writes one line of JSON to it, {passed, failed}, so that
 * `npm test` can add up suites that run in different processes and hosts.
 */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env['TALLY_FILE'];
      const { passes, failures } = this.stats;
      if (file !== undefined)
        appendFileSync(file, JSON.stringify({ passed: passes, failed: failures }) + '\n');
    });
  }
}
