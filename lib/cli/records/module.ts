import type { AnyRecord, ArrayKind, EnumerationKind, FlagsKind, Kind, TextKind } from '../../record/index.js';
import { withParts } from './dependencies.js';
import { inComment, quoted } from './harmless.js';
import { Names } from './names.js';
import { isJavaScriptWord, isTypeScriptWord } from './words.js';

/** What is known of records beside themselves: where they come from. */
export interface Origin {
  /** Lines about each, for people. */
  readonly remarks: ReadonlyMap<AnyRecord, readonly string[]>;
  /** Names of enumerations. */
  readonly names: ReadonlyMap<Kind, string>;
  /** What is not there, and why. */
  readonly leftOut: readonly string[];
}

const NOWHERE: Origin = { remarks: new Map(), names: new Map(), leftOut: [] };

/** The language of a module. */
export type ModuleLanguage = 'js' | 'ts';

/**
 * A module that declares records: what `eshm header --from` prints. One in TypeScript has the types of their values too.
 *
 * @param source - the file's name of which it is made
 */
export function recordModule(
  records: readonly AnyRecord[],
  source: string,
  origin = NOWHERE,
  language: ModuleLanguage = 'js',
): string {
  return new ModulePrinter(records, origin, language).print(source);
}

/** Prints one module. */
class ModulePrinter {
  readonly #records: readonly AnyRecord[];
  readonly #origin: Origin;
  readonly #isTyped: boolean;
  /** The constants, by what they are. */
  readonly #names = new Map<Kind, string>();
  readonly #imported = new Set(['record']);
  /** Enumerations that are declared already. */
  readonly #declared = new Set<Kind>();

  constructor(records: readonly AnyRecord[], origin: Origin, language: ModuleLanguage) {
    this.#isTyped = language === 'ts';
    this.#records = withParts(records);
    this.#origin = origin;
    const names = new Names(this.#isTyped ? isTypeScriptWord : isJavaScriptWord);
    for (const record of this.#records) this.#names.set(record, names.give(record.name));
    for (const [kind, name] of origin.names) this.#names.set(kind, names.give(name));
  }

  print(source: string): string {
    const declarations = this.#records.map((record) => [
      ...this.#enumerationsOf(record),
      this.#declare(record),
    ]);
    const leftOut = this.#origin.leftOut.map((line) => `// Left out: ${inComment(line)}`);
    return [
      `// Made by \`eshm header --from ${inComment(source)}\`.`,
      ...leftOut,
      `import { ${[...this.#imported].sort(byName).join(', ')} } from 'eshm/record';`,
      '',
      ...declarations.flat(),
    ].join('\n');
  }

  #declare(record: AnyRecord): string {
    const { name, size, fields } = record;
    const remarks = (this.#origin.remarks.get(record) ?? []).map((line) => ` ${inComment(line)}.`).join('');
    return [
      `/** ${size} bytes.${remarks} */`,
      `export const ${this.#names.get(record)} = record('${name}', {`,
      ...fields.map((field) => `  ${field.name}: ${this.#use(field.kind)},`),
      `}${recordOptions(record)});`,
      ...(this.#isTyped ? this.#typeOf(this.#names.get(record)!, 'What a read gives for it.') : []),
      '',
    ].join('\n');
  }

  #typeOf(name: string, remark: string): string[] {
    this.#imported.add('type SnapshotOf');
    return [`/** ${remark} */`, `export type ${name} = SnapshotOf<typeof ${name}>;`];
  }

  /** Those of its enumerations that have names, and were not declared yet. */
  #enumerationsOf(record: AnyRecord): string[] {
    const found = new Set<Kind>();
    for (const field of record.fields) {
      let { kind } = field;
      while (kind.type === 'array') kind = (kind as ArrayKind).of;
      if (this.#origin.names.has(kind) && !this.#declared.has(kind)) found.add(kind);
    }
    return [...found].map((kind) => {
      this.#declared.add(kind);
      const name = this.#names.get(kind)!;
      return [
        `export const ${name} = ${this.#expression(kind)};`,
        ...(this.#isTyped ? this.#typeOf(name, 'Its names.') : []),
        '',
      ].join('\n');
    });
  }

  #use(kind: Kind): string {
    return this.#names.get(kind) ?? this.#expression(kind);
  }

  #expression(kind: Kind): string {
    this.#imported.add(kind.type);
    switch (kind.type) {
      case 'array': {
        const { of, length } = kind as ArrayKind;
        return `array(${this.#use(of)}, ${length})`;
      }
      case 'text':
        return `text(${kind.size}${textOptions(kind as TextKind)})`;
      case 'bytes':
        return `bytes(${kind.size})`;
      case 'enumeration':
      case 'flags': {
        const { of, values } = kind as EnumerationKind | FlagsKind;
        const listed = Object.entries(values).map(([name, value]) => `${keyOf(name)}: ${numberOf(value)}`);
        const options = namedOptions(kind as EnumerationKind | FlagsKind);
        return `${kind.type}(${this.#use(of)}, { ${listed.join(', ')} }${options})`;
      }
      default:
        return kind.type;
    }
  }
}

/** In the order of names, wherever `type` stands before one. */
function byName(a: string, b: string): number {
  const [one, other] = [a.replace('type ', ''), b.replace('type ', '')];
  return one < other ? -1 : 1;
}

/** A name as the key of a literal object; `__proto__: 1` would set what the object inherits from. */
function keyOf(name: string): string {
  if (name === '__proto__') return `[${quoted(name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

const numberOf = (value: number | bigint) => (typeof value === 'bigint' ? `${value}n` : `${value}`);

function textOptions({ encoding, invalid }: TextKind): string {
  const options = [
    ...(encoding === 'latin1' ? [`encoding: 'latin1'`] : []),
    ...(invalid === 'refuse' ? [`invalid: 'refuse'`] : []),
  ];
  return options.length === 0 ? '' : `, { ${options.join(', ')} }`;
}

function namedOptions(kind: EnumerationKind | FlagsKind): string {
  const options = [
    ...(kind.type === 'enumeration' && kind.closed ? ['closed: true'] : []),
    ...(kind.name === undefined ? [] : [`name: '${kind.name}'`]),
    ...(kind.namespace === '' ? [] : [`namespace: '${kind.namespace}'`]),
    ...(kind.scoped ? ['scoped: true'] : []),
  ];
  return options.length === 0 ? '' : `, { ${options.join(', ')} }`;
}

function recordOptions({ layout, namespace }: AnyRecord): string {
  const within = namespace === '' ? [] : [`namespace: '${namespace}'`];
  if (typeof layout === 'string') {
    const options = [...(layout === 'c' ? [] : [`layout: '${layout}'`]), ...within];
    return options.length === 0 ? '' : `, { ${options.join(', ')} }`;
  }
  const offsets = wrapped(Object.entries(layout.offsets).map(([name, offset]) => `${name}: ${offset},`));
  return [
    ', {',
    '  layout: {',
    '    offsets: {',
    ...offsets.map((line) => `      ${line}`),
    '    },',
    `    size: ${layout.size},`,
    `    align: ${layout.align},`,
    '  },',
    ...within.map((option) => `  ${option},`),
    '}',
  ].join('\n');
}

/** Words in lines of some length. */
function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length > LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

const LINE_LENGTH = 100;
