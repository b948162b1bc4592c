import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { Guard, isLoopback } from '../../../../lib/cli/view/guard.js';

const ask = (headers: Record<string, string>, over: { method?: string; path?: string } = {}) => ({
  method: 'GET',
  path: '/about',
  headers,
  ...over,
});

describe('Guard', () => {
  const here = new Guard('127.0.0.1');
  const open = new Guard('0.0.0.0');

  const answered: [what: string, guard: Guard, headers: Record<string, string>][] = [
    ['its address', here, { host: '127.0.0.1:8765' }],
    ['localhost', here, { host: 'LocalHost:8765' }],
    ['the address of version 6', here, { host: '[::1]:8765' }],
    ['another port, as ssh -L gives it', here, { host: 'localhost:9000' }],
    [
      'its own page',
      here,
      { host: 'localhost:8765', origin: 'http://localhost:8765', 'sec-fetch-site': 'same-origin' },
    ],
    ['a person', here, { host: 'localhost:8765', 'sec-fetch-site': 'none' }],
    ['any address, where it listens on all', open, { host: '10.1.2.3:8765' }],
    ['any address of version 6 there', open, { host: '[fe80::1]:8765' }],
    ["this machine's name there", open, { host: `${hostname()}:8765` }],
  ];
  for (const [what, guard, headers] of answered) {
    it(`answers ${what}`, () => assert.equal(guard.refuse(ask(headers)), undefined));
  }

  const refused: [what: string, guard: Guard, headers: Record<string, string>][] = [
    ['a name of elsewhere that leads here', here, { host: 'evil.example:8765' }],
    ['the same where it listens on all addresses', open, { host: 'evil.example:8765' }],
    ['a name that begins as ours', here, { host: 'localhost.evil.example' }],
    ['an address of elsewhere', here, { host: '10.1.2.3:8765' }],
    ['no Host at all', here, {}],
    ["another's page", here, { host: 'localhost:8765', origin: 'https://evil.example' }],
    ['a page of another port', here, { host: 'localhost:8765', origin: 'http://localhost:3000' }],
    ['a page without an origin of its own', here, { host: 'localhost:8765', origin: 'null' }],
    ['what another site has in its page', here, { host: 'localhost:8765', 'sec-fetch-site': 'cross-site' }],
    [
      'what a page of another port has in it',
      here,
      { host: 'localhost:8765', 'sec-fetch-site': 'same-site' },
    ],
  ];
  for (const [what, guard, headers] of refused) {
    it(`refuses ${what}`, () => assert.equal(guard.refuse(ask(headers))?.status, 403));
  }

  it('lets a link from elsewhere lead to the page, and to nothing else', () => {
    const headers = { host: 'localhost:8765', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    assert.equal(here.refuse(ask(headers, { path: '/' })), undefined);
    assert.equal(here.refuse(ask(headers, { path: '/events' }))?.status, 403);
  });

  for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    it(`refuses ${method}`, () => {
      assert.deepEqual(here.refuse(ask({ host: 'localhost' }, { method })), {
        status: 405,
        reason: `Method ${method}, expected GET: this page only looks`,
      });
    });
  }

  it('says what it would have answered', () => {
    assert.equal(
      here.refuse(ask({ host: 'evil.example' }))?.reason,
      "Host evil.example is not this server's, expected localhost, 127.0.0.1, [::1]",
    );
  });
});

describe('isLoopback()', () => {
  it('knows what only this machine reaches', () => {
    for (const address of ['127.0.0.1', '127.8.8.8', 'localhost', '::1'])
      assert.ok(isLoopback(address), address);
    for (const address of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example']) {
      assert.ok(!isLoopback(address), address);
    }
  });
});
