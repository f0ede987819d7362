import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's own spec output; and, if TALLY_FILE names a file, one line of JSON in it, {passed, failed},
 * so that `npm test` can add up suites that run in different processes and hosts.
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
