import type { Text } from './text.ts'

// Reads the JSON Schemas of the catalogue into fields that a form can draw. Each front end draws with its own controls.
export interface Schema {
  /** Titles as the declarations carry them beside the JSON Schema words. */
  en?: string
  zh?: string
  /** The kind of thing whose id it holds: `journey`, `operator`. */
  from?: string
  type?: string | string[]
  title?: string
  description?: string
  format?: string
  enum?: readonly unknown[]
  const?: unknown
  default?: unknown
  properties?: Record<string, Schema>
  required?: readonly string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
}

type FieldKind = 'text' | 'longText' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'object' | 'json'

export interface Field {
  name: string
  title: Text
  kind: FieldKind
  required: boolean
  schema: Schema
  choices: readonly string[]
  fields: readonly Field[]
}

/** Beyond this many characters a text wants more than one line. */
const LONG_TEXT = 300

export const fieldsOf = (schema: Schema): Field[] =>
  Object.entries(schema.properties ?? {}).map(([name, s]) => fieldOf(name, s, schema.required?.includes(name) ?? false))

function fieldOf(name: string, given: Schema, required: boolean): Field {
  const schema = withoutNull(given)
  const choices = choicesOf(schema)
  const kind = kindOf(schema, choices)
  return {
    name,
    title: titleOf(schema, name),
    kind,
    required,
    schema,
    choices,
    fields: kind === 'object' ? fieldsOf(schema) : [],
  }
}

const titleOf = (schema: Schema, name: string): Text =>
  schema.en && schema.zh ? { en: schema.en, zh: schema.zh } : { en: schema.title ?? name, zh: schema.title ?? name }

function withoutNull(schema: Schema): Schema {
  const parts = schema.anyOf ?? schema.oneOf
  const rest = parts?.filter((s) => s.type !== 'null')
  return rest?.length === 1 && rest[0] ? { ...schema, ...rest[0] } : schema
}

function choicesOf(schema: Schema): readonly string[] {
  if (schema.enum) return schema.enum.map(String)
  const parts = schema.anyOf ?? schema.oneOf ?? []
  return parts.length > 0 && parts.every((s) => s.const !== undefined) ? parts.map((s) => String(s.const)) : []
}

function kindOf(schema: Schema, choices: readonly string[]): FieldKind {
  if (choices.length > 0) return 'choice'
  if (schema.type === 'object' && schema.properties) return 'object'
  if (schema.type === 'array' && schema.items?.type === 'string') return 'list'
  if (schema.type === 'boolean' || schema.type === 'number' || schema.type === 'integer') return schema.type
  if (schema.type === 'string') return (schema.maxLength ?? 0) > LONG_TEXT ? 'longText' : 'text'
  return 'json'
}
