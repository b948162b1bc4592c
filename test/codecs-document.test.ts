import assert from 'node:assert/strict';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { buildPeers } from './peers/build.js';
import { codeBlocks, Programs } from './support/documents.js';
import { needsCommand } from './support/needs.js';

/** Channels of this run's own, in any language. */
const withOwnName = (code: string) => code.replace(/(docs-[a-z]+)(?=['"])/g, `$1-${process.pid}`);

const SEEN = '1 0.5 map\n2 0.5 map\n3 0.5 map\n';

/** What protoc-gen-es makes of the messages of the page, read from their text. */
function protobufModule(): string {
  const [text = ''] = codeBlocks('docs/codecs.md', 'proto');
  const types: Record<string, FieldDescriptorProto_Type> = {
    uint32: FieldDescriptorProto_Type.UINT32,
    double: FieldDescriptorProto_Type.DOUBLE,
    string: FieldDescriptorProto_Type.STRING,
    bool: FieldDescriptorProto_Type.BOOL,
  };
  const messages = [...text.matchAll(/^message (\w+) \{\n(.*?)^\}/gms)].map(([, name, body]) => ({
    name: name!,
    field: [...body!.matchAll(/^ {2}(\w+) (\w+) = (\d+);$/gm)].map(([, type, field, number]) => ({
      name: field!,
      number: Number(number),
      type: types[type!]!,
    })),
  }));
  const file = create(FileDescriptorProtoSchema, {
    name: 'robot.proto',
    syntax: 'proto3',
    messageType: messages,
  });
  const bytes = Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString('base64');
  const schemas = messages.map(
    ({ name }, i) => `export const ${name}Schema = messageDesc(fileDesc('${bytes}'), ${i});`,
  );
  return `import { fileDesc, messageDesc } from '@bufbuild/protobuf/codegenv2';\n${schemas.join('\n')}\n`;
}

describe('docs/codecs.md', function () {
  this.timeout(120_000);
  let programs: Programs;
  before(() => {
    programs = new Programs();
    programs.write('robot_pb.js', protobufModule());
  });
  afterEach(() => programs.killAll());
  after(() => programs.dispose());

  /** The other side would wait for ever. */
  function endAllUnlessWell<T extends { code: number | null }>(result: T): T {
    if (result.code !== 0) programs.endAll();
    return result;
  }

  for (const format of ['json', 'msgpack', 'protobuf']) {
    const code = codeBlocks('docs/codecs.md', 'js').find((block) => block.startsWith(`// ${format}.mjs`));
    it(`its program for ${format} talks with a Python program`, async function () {
      needsCommand(this, 'g++', 'g++');
      needsCommand(this, 'python3', 'python3');
      const peers = await buildPeers();
      const [python = ''] = codeBlocks('docs/codecs.md', 'python');
      const env = { ...peers.env, PYTHONPATH: peers.pythonDir };
      const scripts = [
        [join(peers.pythonDir, 'codecs.py'), format, `docs-${format}-${process.pid}`],
        ...(format === 'json' ? [[programs.write('theirs.py', withOwnName(python))]] : []),
      ];
      for (const script of scripts) {
        const [theirs, ours] = await Promise.all([
          programs.start(peers.python, script, env).then(endAllUnlessWell),
          programs.run(withOwnName(code!)).then(endAllUnlessWell),
        ]);
        assert.deepEqual([theirs.code, ours.code], [0, 0], theirs.output + ours.output);
        // A pose that was on its way twice is answered twice.
        assert.equal([...new Set(ours.output.match(/.*\n/g))].join(''), SEEN);
      }
    });
  }
});
