import assert from 'node:assert/strict';
import { personAt, type PersonAtPage } from './personAtPage.ts';
import { versionsUnderTest } from './versionsUnderTest.ts';

/**
 * A suite in each version under test. The tests get the user at its page from the function that they are passed. After
 * each test, the page and the disk are searched for the keys.
 */
export function suiteAtPage(title: string, tests: (person: () => PersonAtPage) => void): void {
  for (const version of versionsUnderTest()) {
    describe(`${title}, VS Code ${version}`, () => {
      let seated: PersonAtPage | undefined;
      const person = (): PersonAtPage => {
        if (seated === undefined) throw new Error('Nobody is at the page before the first test.');
        return seated;
      };
      before(async () => {
        seated = await personAt(version);
      });
      tests(person);
      afterEach('leaves no key behind', async () => {
        assert.deepEqual(await person().placesWithSecrets(), []);
      });
    });
  }
}
