import { arrayParameter } from '../array-parameter.ts'

export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** Rows that a conditional update has to report. */
  readonly mustReturn?: number
  /** The same with the same values, said so that it is quicker where it writes few rows. */
  readonly short?: { readonly text: string; readonly rows: number }
}

export type Column = readonly [
  name: string,
  type: string,
  /** Where a row has no value of its own: an expression on other columns of it. */
  otherwise?: (element: (name: string) => string) => string
]

/**
 * `insert ... select from unnest(...)`: one statement whatever the number of rows. `unnest` of several
 * arrays is a function scan for each of them, which for a row or two costs several times what
 * writing them does; to pick the elements one by one is quicker then, but takes the longer the
 * further back in an array of texts they stand.
 */
export function insert(
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
  onConflict = ''
): Statement | null {
  if (rows.length === 0) return null
  const names = columns.map(([name]) => name)
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`)
  const picked = (name: string) => `(${arrays[names.indexOf(name)]})[n]`
  const into = `insert into ${table} (${names.join(', ')}) select`
  return {
    name: `write_${table}`,
    text: `${into} ${valuesOf(columns, (name) => `d.${name}`)}
      from unnest(${arrays.join(', ')}) as d(${names.join(', ')}) ${onConflict}`,
    short: {
      text: `${into} ${valuesOf(columns, picked)} from generate_series(1, cardinality(${arrays[0]})) n ${onConflict}`,
      rows: rows.length
    },
    values: columns.map(([, type], index) =>
      arrayParameter(
        type,
        rows.map((row) => row[index])
      )
    )
  }
}

function valuesOf(columns: readonly Column[], element: (name: string) => string): string {
  const values = columns.map(([name, , otherwise]) =>
    otherwise ? `coalesce(${element(name)}, ${otherwise(element)})` : element(name)
  )
  return values.join(', ')
}

/** Element masses as the tables keep them: a JSON object of micrograms as text. */
export function elementsText(elements: ReadonlyMap<string, bigint>): string {
  let text = ''
  for (const [element, ug] of elements) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(element)}:"${ug}"`
  }
  return text === '' ? '{}' : `${text}}`
}
