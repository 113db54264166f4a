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

export type Column = readonly [name: string, type: string]

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
  const names = columns.map(([name]) => name).join(', ')
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`)
  const elements = arrays.map((array) => `(${array})[n]`).join(', ')
  const into = `insert into ${table} (${names}) select`
  return {
    name: `write_${table}`,
    text: `${into} * from unnest(${arrays.join(', ')}) ${onConflict}`,
    short: {
      text: `${into} ${elements} from generate_series(1, cardinality(${arrays[0]})) n ${onConflict}`,
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

/** Element masses as the tables keep them: a JSON object of micrograms as text. */
export function elementsText(elements: ReadonlyMap<string, bigint>): string {
  let text = ''
  for (const [element, ug] of elements) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(element)}:"${ug}"`
  }
  return text === '' ? '{}' : `${text}}`
}
