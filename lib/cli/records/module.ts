import type { AnyRecord, ArrayKind, EnumerationKind, Kind } from '../../record/index.js';
import { withParts } from './dependencies.js';
import { inComment, quoted } from './harmless.js';

/**
 * A JavaScript module that declares records: what `eshm header --from` prints.
 *
 * @param source - the file's name of which it is made
 */
export function recordModule(records: readonly AnyRecord[], source: string): string {
  const used = new Set(['record']);
  const declarations = withParts(records).map((record) => {
    const fields = record.fields.map(({ name, kind }) => `  ${name}: ${expressionOf(kind, used)},`);
    const options = record.layout === 'c' ? '' : `, { layout: '${record.layout}' }`;
    return [
      `/** ${record.size} bytes. */`,
      `export const ${record.name} = record('${record.name}', {`,
      ...fields,
      `}${options});`,
      '',
    ].join('\n');
  });
  return [
    `// Made by \`eshm header --from ${inComment(source)}\`.`,
    `import { ${[...used].sort().join(', ')} } from 'eshm/record';`,
    '',
    ...declarations,
  ].join('\n');
}

function expressionOf(kind: Kind, used: Set<string>): string {
  if (kind.type === 'record') return (kind as AnyRecord).name;
  used.add(kind.type);
  switch (kind.type) {
    case 'array': {
      const { of, length } = kind as ArrayKind;
      return `array(${expressionOf(of, used)}, ${length})`;
    }
    case 'text':
    case 'bytes':
      return `${kind.type}(${kind.size})`;
    case 'enumeration': {
      const { of, values } = kind as EnumerationKind;
      const listed = Object.entries(values).map(([name, value]) => `${keyOf(name)}: ${value}`);
      return `enumeration(${expressionOf(of, used)}, { ${listed.join(', ')} })`;
    }
    default:
      return kind.type;
  }
}

/** A key of an object as it is written: a computed one where it would be something else, as `__proto__`. */
function keyOf(name: string): string {
  if (name === '__proto__') return `[${quoted(name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}
