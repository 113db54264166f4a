import { quotedName } from '../../domain/canonical-json.ts'
import { arrayParameter } from './array-parameter.ts'

/** A statement that is parsed once a connection, under its name. */
export interface PreparedStatement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** Rows that a conditional update has to report. */
  readonly mustReturn?: number
}

/** A statement on rows, which can be said in several ways. */
export interface RowsStatement extends Pick<PreparedStatement, 'name' | 'mustReturn'> {
  readonly rows: number
  said(form: Form): Said
}

export type Said = Pick<PreparedStatement, 'text' | 'values'>

/**
 * How rows come into a statement: `many` as one array a column through `unnest`; `few` the same, picked
 * element by element; `each` as values of their own, which is a plan for each number of rows.
 */
export type Form = 'many' | 'few' | 'each'

export type Column = readonly [
  name: string,
  type: string,
  /** Where a row has no value of its own: an expression on other columns of it. */
  otherwise?: (element: (name: string) => string) => string
]

/**
 * One statement whatever the number of rows: `text` says it of a source that has the columns, and is
 * called `d`. `unnest` of several arrays is a function scan for each of them, which for a row or two
 * costs several times what writing them does; to pick the elements one by one is quicker then, but takes
 * the longer the further back in an array of texts they stand. Quickest are values, where rows are as few
 * as those of one event.
 */
export class StatementOnRows {
  readonly #name: string
  readonly #columns: readonly Column[]
  readonly #text: (source: string) => string
  readonly #picks: boolean
  /** By form, and of `each` by the number of rows. */
  readonly #texts = new Map<string, string>()

  /** `picks`: whether it may be said of elements that are picked; joins expect too many of them. */
  constructor(
    name: string,
    columns: readonly Column[],
    text: (source: string) => string,
    { picks = false }: { readonly picks?: boolean } = {}
  ) {
    this.#name = name
    this.#columns = columns
    this.#text = text
    this.#picks = picks
  }

  /** The statement on these rows, their values in the order of the columns; null where there are none. */
  of(rows: readonly (readonly unknown[])[], mustReturn?: number): RowsStatement | null {
    if (rows.length === 0) return null
    return {
      name: this.#name,
      rows: rows.length,
      ...(mustReturn === undefined ? {} : { mustReturn }),
      said: (form) => this.said(form, rows)
    }
  }

  said(form: Form, rows: readonly (readonly unknown[])[]): Said {
    return { text: this.#textOf(form, rows.length), values: this.#valuesOf(form, rows) }
  }

  #textOf(form: Form, rows: number): string {
    const key = form === 'each' ? `each ${rows}` : form
    const known = this.#texts.get(key) ?? this.#text(this.#source(form, rows))
    this.#texts.set(key, known)
    return known
  }

  #source(form: Form, rows: number): string {
    const columns = this.#columns
    const names = columns.map(([name]) => name).join(', ')
    if (form === 'each') {
      const row = (at: number) =>
        columns.map(([, type], n) => `$${at * columns.length + n + 1}::${type}`).join(', ')
      return `(values ${Array.from({ length: rows }, (_, at) => `(${row(at)})`).join(', ')}) as d(${names})`
    }
    const arrays = columns.map(([, type], n) => `$${n + 1}::${type}[]`)
    if (form === 'many' || !this.#picks) return `unnest(${arrays.join(', ')}) as d(${names})`
    const picked = columns.map(([name], n) => `(${arrays[n]})[n] as ${name}`)
    return `(select ${picked.join(', ')} from generate_series(1, cardinality(${arrays[0]})) n) d`
  }

  #valuesOf(form: Form, rows: readonly (readonly unknown[])[]): readonly unknown[] {
    if (form === 'each') return rows.flat()
    return this.#columns.map(([, type], index) =>
      arrayParameter(
        type,
        rows.map((row) => row[index])
      )
    )
  }
}

/** `insert ... select` of rows. */
export function insertInto(
  table: string,
  columns: readonly Column[],
  onConflict = ''
): StatementOnRows {
  const names = columns.map(([name]) => name).join(', ')
  const element = (name: string): string => `d.${name}`
  const values = columns.map(([name, , otherwise]) =>
    otherwise ? `coalesce(${element(name)}, ${otherwise(element)})` : element(name)
  )
  const text = (source: string) =>
    `insert into ${table} (${names}) select ${values.join(', ')} from ${source} ${onConflict}`
  return new StatementOnRows(`write_${table}`, columns, text, { picks: true })
}

/** A statement on rows by itself. */
export function byItself({ name, mustReturn, ...statement }: RowsStatement): PreparedStatement {
  return { name, ...statement.said('many'), ...(mustReturn === undefined ? {} : { mustReturn }) }
}

/** Parameters of a statement after those of another before it. */
export function shifted(text: string, by: number): string {
  return by === 0 ? text : text.replace(/\$(\d+)/g, (_, number) => `$${Number(number) + by}`)
}

/** Element masses as the tables keep them: a JSON object of micrograms as text. */
export function elementsText(elements: ReadonlyMap<string, bigint>): string {
  let text = ''
  for (const [element, ug] of elements) {
    text += `${text === '' ? '{' : ','}${quotedName(element)}:"${ug}"`
  }
  return text === '' ? '{}' : `${text}}`
}
