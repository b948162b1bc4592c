/** Files in /dev/shm: how they come under their names, what is refused, and what is left behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import {
  channelName,
  type FileError,
  listFiles,
  Site,
  type Store,
  tryOpenById,
} from '../../../lib/store/index.js';
import { assertNothingLeft, fileOf, removeLeftovers, thrownBy, uniqueName } from '../../support/channels.js';

const SIZE = 8576;
const asides = () =>
  readdirSync('/dev/shm').filter((file) => file.startsWith(`.eshm-`) && file.includes(`-${process.pid}-`));

describe('posix', () => {
  let name: string;
  let site: Site;
  const stores: Store[] = [];

  beforeEach(() => {
    name = uniqueName('store');
    site = new Site(channelName(name), 'posix');
  });
  afterEach(() => {
    for (const store of stores.splice(0)) store.detach();
    removeLeftovers();
    assertNothingLeft();
    assert.deepEqual(asides(), [], 'files put aside');
  });

  const create = (mode = 0o666, fill: (store: Store) => boolean = () => true) => {
    const store = site.create(SIZE, mode, fill);
    if (store !== undefined) stores.push(store);
    return store;
  };

  it('creates a file of the whole size with the mode that was asked for, whatever the umask is', () => {
    const before = process.umask(0o077);
    try {
      create(0o666);
    } finally {
      process.umask(before);
    }
    const { mode, size, blocks } = statSync(fileOf(name));
    assert.deepEqual([mode & 0o777, size], [0o666, SIZE]);
    assert.ok(blocks * 512 >= SIZE, 'all of its pages are there');
  });

  it('shows a file under its name only when it has been filled', () => {
    create(0o600, (store) => {
      assert.equal(existsSync(fileOf(name)), false);
      store.words.store(0, 0x4553484d);
      return true;
    });
    assert.equal(readFileSync(fileOf(name)).readInt32LE(0), 0x4553484d);
  });

  it('creates nothing where a file is there already, or the one who fills it gives up', () => {
    assert.ok(create() !== undefined);
    assert.equal(create(), undefined);
    unlinkSync(fileOf(name));
    assert.equal(
      create(0o666, () => false),
      undefined,
    );
    assert.equal(existsSync(fileOf(name)), false);
  });

  it('finds and attaches what is under the name, and nothing else', () => {
    assert.equal(site.find(), undefined);
    assert.equal(site.tryAttach(), undefined);
    assert.throws(
      () => site.attach(),
      (error: FileError) => error.code === 'ENOENT' && /start the master first/.test(error.message),
    );
    const store = create()!;
    assert.equal(site.find(), store.id);
    const other = site.attach();
    stores.push(other);
    assert.deepEqual([other.id, other.size, other.stat().users], [store.id, SIZE, undefined]);
    assert.equal(tryOpenById(store.id | 0)?.id, store.id);
  });

  it('removes its own file and not the one that has come in its place', () => {
    const first = create()!;
    first.remove();
    assert.equal(first.stat().removed, true);
    const second = create()!;
    first.remove();
    assert.equal(site.find(), second.id, 'still there');
  });

  it('gives a name back that it has taken from a file of another moment', () => {
    const first = create()!;
    const path = fileOf(name);
    // The file is replaced between the look and the removal.
    renameSync(path, `${path}-old`);
    const second = create()!;
    unlinkSync(path);
    linkSync(`${path}-old`, path);
    unlinkSync(`${path}-old`);
    second.remove();
    assert.equal(site.find(), first.id);
  });

  const strangers: [what: string, make: (path: string) => void, code: string][] = [
    ['a link at its end', (path) => symlinkSync('/dev/null', path), 'ELOOP'],
    ['a directory', (path) => mkdirSync(path), 'EISDIR'],
    ['a pipe', (path) => spawnSync('mkfifo', [path]), 'EINVAL'],
  ];
  for (const [what, make, code] of strangers) {
    it(`does not open ${what}, and says what to do`, () => {
      make(fileOf(name));
      const { code: found, message } = thrownBy(() => site.attach()) as FileError;
      assert.equal(found, code);
      assert.match(message, /expected a file: remove it|no regular file: remove it/);
    });
  }

  it('reads a cut file as zeros, and does not die of it', () => {
    const store = create()!;
    const fd = openSync(fileOf(name), 'r+');
    writeFileSync(fileOf(name), Buffer.alloc(10));
    closeSync(fd);
    assert.deepEqual([store.words.load(128), store.words.loadLong(8192)], [0, 0n]);
  });

  it('lists the files of the original, by their names', () => {
    create();
    assert.ok(listFiles().some((path) => `${path}` === fileOf(name)));
  });
});

describe('channelName()', () => {
  it('keeps every name in the folder, within what a file may be called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (text) => {
        const name = text.replaceAll('\0', '');
        let path: string;
        try {
          path = channelName(name).path.toString('latin1');
        } catch (error) {
          assert.ok(error instanceof RangeError);
          return;
        }
        assert.ok(path.startsWith('/dev/shm/eshm_'));
        assert.equal(path.lastIndexOf('/'), '/dev/shm'.length);
        assert.ok(path.length <= '/dev/shm/'.length + 254);
      }),
    );
  });

  const paths: [name: string, file: string][] = [
    ['robot', 'eshm_robot'],
    ['a/b', 'eshm_a_b'],
    ['../../etc/passwd', 'eshm_.._.._etc_passwd'],
    ['..', 'eshm_..'],
    ['x'.repeat(300), `eshm_${'x'.repeat(249)}`],
  ];
  for (const [name, file] of paths) {
    it(`${name.slice(0, 20)} is /dev/shm/${file.slice(0, 30)}`, () => {
      assert.equal(`${channelName(name).path}`, `/dev/shm/${file}`);
    });
  }
});
