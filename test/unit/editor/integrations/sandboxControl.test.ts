import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SandboxControl } from '../../../../src/editor/integrations/sandboxControl.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';

describe('SandboxControl', () => {
  describe('talks only to this machine', () => {
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

    it('needs the key for everything except the credentials', async () => {
      await assert.rejects(new SandboxControl(sandbox.baseUrl).sessions(), /answered 401/);
      await assert.rejects(new SandboxControl(sandbox.baseUrl, 'another').reset(), /answered 401/);
    });

    it('resets it with the stored key, and uses the new key from then on', async () => {
      const stored = sandbox.apiKey;
      const control = new SandboxControl(sandbox.baseUrl, stored);
      const [first] = await control.sessions();
      const renewed = await control.reset();
      const { apiKey, sharedSecretKey } = sandbox;
      assert.deepEqual(renewed, { apiKey, sharedSecretKey });
      assert.notEqual(renewed.apiKey, stored);
      assert.deepEqual((await control.sessions())[0], first);
      const again = await control.reset();
      assert.equal(new Set([stored, renewed.apiKey, again.apiKey]).size, 3);
      assert.notEqual(again.sharedSecretKey, renewed.sharedSecretKey);
    });

    it('is refused with a replaced key until it asks for the current one', async () => {
      const [one, other] = [1, 2].map(() => new SandboxControl(sandbox.baseUrl, sandbox.apiKey));
      assert.ok(one !== undefined && other !== undefined);
      const renewed = await one.reset();
      await assert.rejects(other.sessions(), /answered 401/);
      await assert.rejects(other.reset(), /answered 401/);
      assert.deepEqual(await other.info(), renewed);
      assert.ok((await other.sessions()).length > 0);
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
      it(`is not running if it answers ${JSON.stringify(body)}`, async () => {
        answering(body);
        const control = new SandboxControl(baseUrl);
        assert.equal(await control.isRunning(), false);
        await assert.rejects(control.info());
      });

    for (const body of ['', 'null', '{}', '[null]', '[{"id":1,"status":"x"}]', '[{"id":"x"}]', '"text"'])
      it(`accepts no sessions if it answers ${JSON.stringify(body)}`, async () => {
        answering(body);
        await assert.rejects(new SandboxControl(baseUrl, 'made-up').sessions(), /This is no sandbox\./);
      });

    for (const body of ['', 'null', '{"status":"success"}', '{"apiKey":"x"}', '{"sharedSecretKey":"y"}'])
      it(`does not treat a reset as done if it answers ${JSON.stringify(body)}, and keeps its key`, async () => {
        answering(body);
        const control = new SandboxControl(baseUrl, 'made-up');
        await assert.rejects(control.reset(), /This is no sandbox\./);
        await assert.rejects(control.sessions(), /This is no sandbox\./);
        assert.deepEqual(
          seen.map(({ method, url, headers }) => [method, url, headers['x-auth-client']]),
          [
            ['POST', '/sandbox/reset', 'made-up'],
            ['GET', '/sandbox/sessions', 'made-up'],
          ],
        );
      });

    it('accepts only 2xx answers', async () => {
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

    it('sends no key when it only asks whether a sandbox is running', async () => {
      answering('{}');
      await new SandboxControl(baseUrl).isRunning();
      assert.equal(seen.length, 1);
      assert.equal(seen[0]?.headers['x-auth-client'], undefined);
    });

    it('gives up if there is no answer, or one that does not end', async () => {
      listener = () => undefined;
      assert.equal(await new SandboxControl(baseUrl, undefined, 30).isRunning(), false);
      listener = (_, response) => response.writeHead(200).write('{"apiKey":');
      assert.equal(await new SandboxControl(baseUrl, undefined, 30).isRunning(), false);
    });

    it('is not running after the port is closed', async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await new SandboxControl(baseUrl).isRunning(), false);
    });
  });
});
