import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sampleSessions } from '../../../src/sandbox/sandbox.ts';
import { createSampleFolder, sampleFiles } from '../../support/page/sampleFolder.ts';
import { temporaryFolder } from '../../support/disk/temporaryFolder.ts';

describe('createSampleFolder', () => {
  const sessions = sampleSessions();

  it('puts no id except the sandbox’s own into any file, and the deletable session first into the test', async () => {
    const folder = await temporaryFolder('sample');
    const first = await createSampleFolder(folder, sessions);
    const known = new Set(
      sessions.flatMap(({ id, attemptId, endUserId, vendorData }) => [id, attemptId, endUserId, vendorData]),
    );
    for (const name of Object.values(sampleFiles)) {
      const text = await readFile(path.join(folder, name), 'utf8');
      for (const [id] of text.matchAll(uuid)) assert.ok(known.has(id), `${id} in ${name}`);
      if (name === sampleFiles.test) assert.equal(text.match(uuid)?.[0], first.id);
    }
  });

  it('has, beside session ids, ids that are not session ids', async () => {
    const folder = await temporaryFolder('sample');
    await createSampleFolder(folder, sessions);
    const ids = new Set(sessions.map(({ id }) => id));
    for (const name of [sampleFiles.test, sampleFiles.log, sampleFiles.webhook, sampleFiles.table]) {
      const found = [...(await readFile(path.join(folder, name), 'utf8')).matchAll(uuid)].map(([id]) => id);
      assert.ok(found.some((id) => ids.has(id)) && found.some((id) => !ids.has(id)), name);
    }
  });

  it('refuses sessions of which too few can be deleted', async () => {
    const folder = await temporaryFolder('sample');
    const stuck = sessions.filter(({ status, inFlow }) => status === 'submitted' || inFlow === true);
    await assert.rejects(createSampleFolder(folder, [...stuck, ...stuck, ...stuck]), RangeError);
  });
});

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
