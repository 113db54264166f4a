import { arrayParameter } from '../array-parameter.ts'

export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** Rows that a conditional update has to report. */
  readonly mustReturn?: number
}

export type Column = readonly [name: string, type: string]

/** `insert ... select from unnest(...)`: one statement whatever the number of rows. */
export function insert(
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[]
): Statement | null {
  if (rows.length === 0) return null
  const names = columns.map(([name]) => name).join(', ')
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')
  return {
    name: `write_${table}`,
    text: `insert into ${table} (${names}) select * from unnest(${arrays})`,
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
