/** What an assistant hands to a tool: its schema, and the check that holds it to it. */

import { WinnowError } from '../../base/errors.js';

/** The part of JSON Schema that the tools use. */
export type PropertySchema =
  | { readonly type: 'string'; readonly description: string; readonly enum?: readonly string[] }
  | { readonly type: 'boolean'; readonly description: string }
  | { readonly type: 'integer'; readonly description: string; readonly minimum: number; readonly maximum: number }
  | {
      readonly type: 'array';
      readonly description: string;
      readonly items: { readonly type: 'string' };
      readonly minItems: number;
      readonly maxItems: number;
    };

export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

export const inputSchema = (properties: InputSchema['properties'], required: readonly string[] = []): InputSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export class ToolInput {
  readonly #given: Readonly<Record<string, unknown>>;

  /** @throws WinnowError 'usage' naming what does not fit. */
  constructor(schema: InputSchema, given: unknown) {
    this.#given = checked(schema, given ?? {});
  }

  text(name: string): string | null {
    return (this.#given[name] as string | undefined) ?? null;
  }

  texts(name: string): readonly string[] {
    return (this.#given[name] as readonly string[] | undefined) ?? [];
  }

  count(name: string, otherwise: number): number {
    return (this.#given[name] as number | undefined) ?? otherwise;
  }

  flag(name: string): boolean {
    return this.#given[name] === true;
  }
}

const checked = (schema: InputSchema, given: unknown): Readonly<Record<string, unknown>> => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw bad('The input must be an object.');
  const input = given as Readonly<Record<string, unknown>>;
  for (const name of schema.required) if (input[name] === undefined) throw bad(`"${name}" is missing.`);
  for (const [name, value] of Object.entries(input)) {
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (!property)
      throw bad(`There is no "${name}"; there are ${Object.keys(schema.properties).join(', ') || 'none'}.`);
    const problem = value === undefined ? null : problemOf(property, value);
    if (problem !== null) throw bad(`"${name}" must be ${problem}.`);
  }
  return input;
};

const longest = 4096;

const problemOf = (schema: PropertySchema, value: unknown): string | null => {
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string' || value === '' || value.length > longest) return 'a text';
      return schema.enum && !schema.enum.includes(value) ? `one of ${schema.enum.join(', ')}` : null;
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'integer':
      return Number.isInteger(value) && (value as number) >= schema.minimum && (value as number) <= schema.maximum
        ? null
        : `a whole number from ${String(schema.minimum)} to ${String(schema.maximum)}`;
    case 'array': {
      const isList =
        Array.isArray(value) &&
        value.length >= schema.minItems &&
        value.length <= schema.maxItems &&
        value.every((each) => typeof each === 'string' && each !== '' && each.length <= longest);
      return isList ? null : `a list of ${String(schema.minItems)} to ${String(schema.maxItems)} texts`;
    }
  }
};

const bad = (what: string): WinnowError => new WinnowError('usage', `${what} Nothing was changed.`);
