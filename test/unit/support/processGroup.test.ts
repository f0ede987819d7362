import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { constants } from 'node:os';
import path from 'node:path';
import { startProcessGroup, type ProcessGroup } from '../../support/process/processGroup.ts';

/** A program that starts another one, which connects to the port, ignores SIGTERM, and lives until it is killed. */
const parentOf = (port: number): string => `
  const child = 'process.on("SIGTERM", () => {}); require("node:net").connect(${port}, "127.0.0.1").resume().on("close", () => process.exit())';
  require('node:child_process').spawn(process.execPath, ['--eval', child], { stdio: 'ignore' }).once('exit', () => process.exit());
  setInterval(() => {}, 1e6);`;

const start = (code: string): ProcessGroup =>
  startProcessGroup(process.execPath, ['--eval', code], process.env);

describe('startProcessGroup', () => {
  it('resolves with what was printed, also when it was printed before', async () => {
    const group = start('console.log("port 17"); setInterval(() => {}, 1e6)');
    assert.equal((await group.printed(/port (\d+)/, 10_000))[1], '17');
    assert.equal((await group.printed(/port (\d+)/, 0))[1], '17');
    await group.close();
  });

  it('rejects with the output if the program ends without having printed it', async () => {
    const group = start('console.error("no such module"); process.exit(3)');
    await assert.rejects(group.printed(/ready/, 10_000), /ended with 3[^]*no such module/);
    await group.close();
  });

  it('rejects if the program does not print it in time', async () => {
    const group = start('setInterval(() => {}, 1e6)');
    await assert.rejects(group.printed(/ready/, 50), /took more than 0.05 s/);
    await group.close();
  });

  it('rejects if there is no such program', async () => {
    const group = startProcessGroup('no-such-program-anywhere', [], process.env);
    await assert.rejects(group.printed(/ready/, 10_000), /could not be started[^]*ENOENT/);
    await group.close();
    await group.close();
  });

  describe('with a program that starts another one', () => {
    const server = createServer();
    let port = 0;
    before(async () => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      ({ port } = server.address() as AddressInfo);
    });
    after(() => server.close());

    /** The other program's connection: it closes when the program is dead. */
    const connection = async (): Promise<Socket> => {
      const [socket] = (await once(server, 'connection')) as [Socket];
      return socket.on('error', () => undefined).resume();
    };

    it('ends both, even if the other one ignores SIGTERM', async () => {
      const connected = connection();
      const group = start(parentOf(port));
      const closed = once(await connected, 'close');
      await group.close();
      await closed;
    });

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`ends both when the process that started it gets ${signal}`, async () => {
        const module = path.join(import.meta.dirname, '..', '..', 'support', 'process', 'processGroup.ts');
        const code = `
          import { startProcessGroup } from ${JSON.stringify(module)};
          startProcessGroup(process.execPath, ['--eval', ${JSON.stringify(parentOf(port))}], process.env);`;
        const connected = connection();
        const runner = spawn(process.execPath, ['--input-type=module', '--eval', code], {
          stdio: 'ignore',
        });
        const closed = once(await connected, 'close');
        const exited = once(runner, 'exit');
        runner.kill(signal);
        assert.deepEqual(await exited, [128 + constants.signals[signal], null]);
        await closed;
      });
    }
  });
});
