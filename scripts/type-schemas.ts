// JSON schemas out of the types of the contracts: what is printed and answered is described by what compiles.
import { parse } from '@babel/parser';
import type { Statement, TSPropertySignature, TSType, TSTypeElement } from '@babel/types';
import { readFileSync } from 'node:fs';

export type Schema = Readonly<Record<string, unknown>>;
type Declared = Extract<Statement, { type: 'TSInterfaceDeclaration' | 'TSTypeAliasDeclaration' }>;
/** What the parameters of a generic type are, where one is written out. */
type Given = ReadonlyMap<string, TSType>;

const NOTHING: Given = new Map();
/** A message is a key of a table and what its places take: texts, numbers, messages again. */
const MESSAGE: Schema = {
  type: 'object',
  description: 'A sentence as a key and its values, for pages in other languages.',
  properties: { say: { type: 'string' }, values: { type: 'object' } },
  required: ['say'],
  additionalProperties: false,
};

export class TypeSchemas {
  readonly definitions: Record<string, Schema> = {};
  private readonly declared = new Map<string, Declared>();
  private readonly at: string;

  /** @param files where the types stand @param at where references look for definitions: `#/$defs/` */
  constructor(files: readonly URL[], at: string) {
    this.at = at;
    for (const file of files) {
      const { program } = parse(readFileSync(file, 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
      for (const statement of program.body) {
        const found = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
        if (found?.type === 'TSInterfaceDeclaration' || found?.type === 'TSTypeAliasDeclaration')
          this.declared.set(found.id.name, found);
      }
    }
  }

  /** @throws for a type that is none of ours: what is sent is plain */
  named(name: string): Schema {
    if (!Object.hasOwn(this.definitions, name)) {
      this.definitions[name] = {};
      this.definitions[name] = name === 'Message' ? MESSAGE : this.written(this.declaration(name), NOTHING);
    }
    return { $ref: this.at + name };
  }

  /** @param text a type as it is written: `Page<ApiKey>` */
  typed(text: string): Schema {
    const [statement] = parse(`type T = ${text};`, { sourceType: 'module', plugins: ['typescript'] }).program.body;
    if (statement?.type !== 'TSTypeAliasDeclaration') throw new Error(`${text} is no type`);
    return this.of(statement.typeAnnotation, NOTHING);
  }

  private declaration(name: string): Declared {
    const declared = this.declared.get(name);
    if (declared === undefined) throw new Error(`there is a type ${name} that is not known`);
    return declared;
  }

  private written(declared: Declared, given: Given): Schema {
    if (declared.type === 'TSTypeAliasDeclaration') return this.of(declared.typeAnnotation, given);
    const said = commentOf(declared);
    return { ...(said === null ? {} : { description: said }), ...this.members(this.membersOf(declared), given) };
  }

  /** Those of the types that it extends first. */
  private membersOf(declared: Declared): readonly TSTypeElement[] {
    if (declared.type === 'TSTypeAliasDeclaration') throw new Error(`${declared.id.name} is extended and no interface`);
    const above = (declared.extends ?? []).flatMap(({ expression }) =>
      expression.type === 'Identifier' ? this.membersOf(this.declaration(expression.name)) : [],
    );
    return [...above, ...declared.body.body];
  }

  private members(all: readonly TSTypeElement[], given: Given): Schema {
    const members = all.filter((m): m is TSPropertySignature => m.type === 'TSPropertySignature');
    const properties = Object.fromEntries(
      members.map((m) => {
        const schema = this.of(m.typeAnnotation!.typeAnnotation as TSType, given);
        const said = commentOf(m);
        return [nameOf(m), said === null ? schema : { ...schema, description: said }];
      }),
    );
    const required = members.filter((m) => m.optional !== true).map(nameOf);
    return { type: 'object', properties, required, additionalProperties: false };
  }

  private of(type: TSType, given: Given): Schema {
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
        return { anyOf: type.types.map((t) => this.of(t, given)) };
      case 'TSIntersectionType':
        return this.both(type.types.map((t) => this.resolved(this.of(t, given))));
      case 'TSArrayType':
        return { type: 'array', items: this.of(type.elementType, given) };
      case 'TSTypeLiteral':
        return this.members(type.members, given);
      case 'TSMappedType':
        return this.mapped(type, given);
      case 'TSTypeOperator':
      case 'TSParenthesizedType':
        return this.of(type.typeAnnotation!, given);
      case 'TSIndexedAccessType':
        return this.memberOf(type, given);
      case 'TSTypeReference':
        return this.reference(type, given);
      default:
        throw new Error(`there is a type of the kind ${type.type}`);
    }
  }

  /** Members of all; each object would refuse those of the others. */
  private both(parts: readonly Schema[]): Schema {
    return {
      type: 'object',
      properties: Object.assign({}, ...parts.map((p) => p['properties'])) as Schema,
      required: parts.flatMap((p) => p['required'] as readonly string[]),
      additionalProperties: false,
    };
  }

  private mapped(type: Extract<TSType, { type: 'TSMappedType' }>, given: Given): Schema {
    const names = this.keys(type.typeParameter.constraint!);
    const value = this.of(type.typeAnnotation!, given);
    const required = type.optional === true ? [] : names;
    return {
      type: 'object',
      properties: Object.fromEntries(names.map((n) => [n, value])),
      required,
      additionalProperties: false,
    };
  }

  /** Names that `keyof` a type or a type of words has. */
  private keys(type: TSType): readonly string[] {
    if (type.type === 'TSTypeOperator') {
      const { properties } = this.resolved(this.of(type.typeAnnotation, NOTHING));
      return Object.keys(properties as Schema);
    }
    const { anyOf } = this.resolved(this.of(type, NOTHING)) as { readonly anyOf: readonly { const: string }[] };
    return anyOf.map((one) => one.const);
  }

  private memberOf(type: Extract<TSType, { type: 'TSIndexedAccessType' }>, given: Given): Schema {
    const { properties } = this.resolved(this.of(type.objectType, given));
    const name = this.of(type.indexType, given)['const'] as string;
    return (properties as Readonly<Record<string, Schema>>)[name]!;
  }

  /** What a reference stands for. */
  private resolved(schema: Schema): Schema {
    const to = schema['$ref'] as string | undefined;
    return to === undefined ? schema : this.resolved(this.definitions[to.slice(this.at.length)]!);
  }

  private reference(type: Extract<TSType, { type: 'TSTypeReference' }>, given: Given): Schema {
    if (type.typeName.type !== 'Identifier') throw new Error('there is a type of another module');
    const { name } = type.typeName;
    const taken = type.typeParameters?.params ?? [];
    const one = given.get(name);
    if (one !== undefined) return this.of(one, NOTHING);
    if (name === 'Readonly') return this.of(taken[0]!, given);
    if (name === 'Record') return { type: 'object', additionalProperties: this.of(taken[1]!, given) };
    if (name === 'Omit') return this.without(taken, given);
    if (taken.length === 0) return this.named(name);
    const declared = this.declaration(name);
    const names = (declared.typeParameters?.params ?? []).map((p) => String(p.name));
    return this.written(declared, new Map(names.map((n, i) => [n, taken[i]!])));
  }

  private without([from, names]: readonly TSType[], given: Given): Schema {
    const whole = this.resolved(this.of(from!, given));
    const left = this.of(names!, given);
    const gone = new Set(
      'const' in left ? [left['const']] : (left['anyOf'] as { const: string }[]).map((a) => a.const),
    );
    return {
      ...whole,
      properties: Object.fromEntries(Object.entries(whole['properties'] as Schema).filter(([n]) => !gone.has(n))),
      required: (whole['required'] as string[]).filter((n) => !gone.has(n)),
    };
  }
}

function nameOf(member: TSPropertySignature): string {
  if (member.key.type !== 'Identifier') throw new Error('there is a name that is none');
  return member.key.name;
}

function commentOf(node: { leadingComments?: { value: string }[] | null }): string | null {
  const text = (node.leadingComments?.at(-1)?.value ?? '')
    .replaceAll(/^\s*\* ?/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? null : text;
}
