import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SandboxControl } from '../../../src/editor/sandboxControl.ts';
import { startSandbox, type Sandbox } from '../../../src/veriff/sandbox.ts';

describe('SandboxControl', () => {
  describe('talks to this machine alone', () => {
    for (const baseUrl of [
      'https://veriff.example',
      'http://veriff.example',
      'http://127.0.0.1.veriff.example',
      'http://localhost.veriff.example',
      'http://127.0.0.1@veriff.example',
      'http://veriff.example/127.0.0.1',
      'http://veriff.example#@127.0.0.1',
      'http://0.0.0.0:1',
      'http://[::2]:1',
      'http://10.0.0.1',
      'https://127.0.0.1',
      'file:///127.0.0.1',
      'not a URL',
      '',
    ])
      it(`and not to ${JSON.stringify(baseUrl)}`, () => assert.throws(() => new SandboxControl(baseUrl)));

    for (const [baseUrl, origin] of [
      ['http://127.0.0.1:4711', 'http://127.0.0.1:4711'],
      ['http://localhost:4711/', 'http://localhost:4711'],
      ['http://[::1]:4711', 'http://[::1]:4711'],
      ['http://user:pass@127.0.0.1:4711/path?query#x', 'http://127.0.0.1:4711'],
    ] as const)
      it(`but to ${baseUrl}, as ${origin}`, () => assert.equal(new SandboxControl(baseUrl).baseUrl, origin));
  });

  describe('with a real sandbox', () => {
    let sandbox: Sandbox;
    before(async () => {
      sandbox = await startSandbox();
    });
    after(() => sandbox.close());

    it('gets its credentials and then its sessions', async () => {
      const control = new SandboxControl(sandbox.baseUrl);
      assert.ok(await control.isRunning());
      const { apiKey, sharedSecretKey } = sandbox;
      assert.deepEqual(await control.info(), { apiKey, sharedSecretKey });
      const sessions = await control.sessions();
      assert.ok(sessions.length > 0);
      assert.ok(sessions.some(({ inFlow }) => inFlow === true));
    });

    it('needs the key for anything but the credentials', async () => {
      await assert.rejects(new SandboxControl(sandbox.baseUrl).sessions(), /answered 401/);
      await assert.rejects(new SandboxControl(sandbox.baseUrl, 'another').reset(), /answered 401/);
    });

    it('resets it with the key that was stored', async () => {
      const control = new SandboxControl(sandbox.baseUrl, sandbox.apiKey);
      const [first] = await control.sessions();
      await control.reset();
      assert.deepEqual((await control.sessions())[0], first);
    });
  });

  describe('with something else on the port', () => {
    let server: Server;
    let baseUrl: string;
    let listener: RequestListener;
    let seen: IncomingMessage[];
    before(async () => {
      server = createServer((request, response) => {
        seen.push(request);
        listener(request, response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    beforeEach(() => {
      seen = [];
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    const answering = (body: string, status = 200): void => {
      listener = (_, response) => response.writeHead(status).end(body);
    };

    for (const body of [
      '',
      'null',
      '7',
      '[]',
      '{}',
      '{"apiKey":"x"}',
      '{"apiKey":"x","sharedSecretKey":null}',
      '{"__proto__":{"apiKey":"x","sharedSecretKey":"y"}}',
      '<html>MARKED</html>',
    ])
      it(`is not running where it says ${JSON.stringify(body)}`, async () => {
        answering(body);
        const control = new SandboxControl(baseUrl);
        assert.equal(await control.isRunning(), false);
        await assert.rejects(control.info());
      });

    for (const body of ['', 'null', '{}', '[null]', '[{"id":1,"status":"x"}]', '[{"id":"x"}]', '"text"'])
      it(`takes no sessions where it says ${JSON.stringify(body)}`, async () => {
        answering(body);
        await assert.rejects(new SandboxControl(baseUrl, 'made-up').sessions(), /This is no sandbox\./);
      });

    it('believes no answer but 2xx', async () => {
      answering('{"apiKey":"x","sharedSecretKey":"y"}', 500);
      assert.equal(await new SandboxControl(baseUrl).isRunning(), false);
      await assert.rejects(new SandboxControl(baseUrl).reset(), /answered 500/);
    });

    it('follows no redirect', async () => {
      listener = (request, response) =>
        request.url === '/elsewhere'
          ? response.end('{"apiKey":"x","sharedSecretKey":"y"}')
          : response.writeHead(302, { location: '/elsewhere' }).end();
      assert.equal(await new SandboxControl(baseUrl).isRunning(), false);
      assert.deepEqual(
        seen.map(({ url }) => url),
        ['/sandbox/info'],
      );
    });

    it('shows no key to a stranger that is merely asked who it is', async () => {
      answering('{}');
      await new SandboxControl(baseUrl).isRunning();
      assert.equal(seen.length, 1);
      assert.equal(seen[0]?.headers['x-auth-client'], undefined);
    });

    it('gives up on a stranger that says nothing, and on one that does not finish', async () => {
      listener = () => undefined;
      assert.equal(await new SandboxControl(baseUrl, undefined, 30).isRunning(), false);
      listener = (_, response) => response.writeHead(200).write('{"apiKey":');
      assert.equal(await new SandboxControl(baseUrl, undefined, 30).isRunning(), false);
    });

    it('is not running once the port is closed', async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await new SandboxControl(baseUrl).isRunning(), false);
    });
  });
});
