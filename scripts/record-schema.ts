// The JSON schema of every record that the command line prints, out of the types that the records have.
// `npm run docs:schema` writes assets/records.schema.json, which `sightline --schema` prints; a path writes it there.
import { parse } from '@babel/parser';
import type { Statement, TSPropertySignature, TSType, TSTypeElement } from '@babel/types';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Schema = Readonly<Record<string, unknown>>;

const CONTRACT = new URL('../contract/', import.meta.url);
const SCHEMA_FILE = fileURLToPath(new URL('../assets/records.schema.json', import.meta.url));
/** Where the types of records stand, the records themselves first. */
const FILES = ['records.ts', 'incidents.ts'];
const ROOT_TYPE = 'OutputRecord';

type Declared = Extract<Statement, { type: 'TSInterfaceDeclaration' | 'TSTypeAliasDeclaration' }>;

class Types {
  readonly definitions: Record<string, Schema> = {};
  private readonly declared = new Map<string, Declared>();

  constructor() {
    for (const file of FILES) {
      const { program } = parse(readFileSync(new URL(file, CONTRACT), 'utf8'), {
        sourceType: 'module',
        plugins: ['typescript'],
      });
      for (const statement of program.body) {
        const found = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
        if (found?.type === 'TSInterfaceDeclaration' || found?.type === 'TSTypeAliasDeclaration')
          this.declared.set(found.id.name, found);
      }
    }
  }

  /** @throws for a type that is none of ours: records are plain */
  named(name: string): Schema {
    const declared = this.declared.get(name);
    if (declared === undefined) throw new Error(`records have a type ${name} that is not known`);
    if (!Object.hasOwn(this.definitions, name)) {
      this.definitions[name] = {};
      this.definitions[name] =
        declared.type === 'TSTypeAliasDeclaration' ? this.of(declared.typeAnnotation) : this.object(declared);
    }
    return { $ref: `#/$defs/${name}` };
  }

  private object(declared: Extract<Declared, { type: 'TSInterfaceDeclaration' }>): Schema {
    const said = commentOf(declared);
    return { ...(said === null ? {} : { description: said }), ...this.members(declared.body.body) };
  }

  private members(all: readonly TSTypeElement[]): Schema {
    const members = all.filter((m): m is TSPropertySignature => m.type === 'TSPropertySignature');
    const properties = Object.fromEntries(
      members.map((m) => {
        const schema = this.of(m.typeAnnotation!.typeAnnotation as TSType);
        const said = commentOf(m);
        return [nameOf(m), said === null ? schema : { ...schema, description: said }];
      }),
    );
    const required = members.filter((m) => m.optional !== true).map(nameOf);
    return { type: 'object', properties, required, additionalProperties: false };
  }

  private of(type: TSType): Schema {
    switch (type.type) {
      case 'TSStringKeyword':
        return { type: 'string' };
      case 'TSNumberKeyword':
        return { type: 'number' };
      case 'TSBooleanKeyword':
        return { type: 'boolean' };
      case 'TSNullKeyword':
        return { type: 'null' };
      case 'TSLiteralType':
        return { const: 'value' in type.literal ? type.literal.value : null };
      case 'TSUnionType':
        return { anyOf: type.types.map((t) => this.of(t)) };
      case 'TSArrayType':
        return { type: 'array', items: this.of(type.elementType) };
      case 'TSTypeLiteral':
        return this.members(type.members);
      case 'TSTypeOperator':
      case 'TSParenthesizedType':
        return this.of(type.typeAnnotation!);
      case 'TSTypeReference':
        return this.reference(type);
      default:
        throw new Error(`records have a type of the kind ${type.type}`);
    }
  }

  private reference(type: Extract<TSType, { type: 'TSTypeReference' }>): Schema {
    if (type.typeName.type !== 'Identifier') throw new Error('records have a type of another module');
    const { name } = type.typeName;
    const given = type.typeParameters?.params ?? [];
    if (name === 'Readonly') return this.of(given[0]!);
    if (name === 'Record') return { type: 'object', additionalProperties: this.of(given[1]!) };
    return this.named(name);
  }
}

function nameOf(member: TSPropertySignature): string {
  if (member.key.type !== 'Identifier') throw new Error('records have a name that is none');
  return member.key.name;
}

function commentOf(node: { leadingComments?: { value: string }[] | null }): string | null {
  const text = (node.leadingComments?.at(-1)?.value ?? '')
    .replaceAll(/^\s*\* ?/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? null : text;
}

function recordSchema(): string {
  const types = new Types();
  const root = types.named(ROOT_TYPE);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Records of the sightline command line, one a line',
    ...root,
    $defs: types.definitions,
  };
  return `${JSON.stringify(schema, null, 1)}\n`;
}

writeFileSync(process.argv[2] ?? SCHEMA_FILE, recordSchema());
