import {
  type Form,
  type PreparedStatement,
  type RowsStatement,
  type Said,
  shifted
} from './statement.ts'

interface Combined {
  /** PostgreSQL allows 63 characters. */
  readonly name: string
  readonly text: string
}

/** Rows of one table up to which elements are picked. */
const FEW = 32
/** The same for values of their own. */
const EACH = 8
/** Combinations with values of their own, each a plan of some 0.8 MB that every connection keeps. */
const MOST_SHAPES = 24

/** The combinations that this process has sent, by the names of their statements. */
const known = new Map<string, Combined>()
let shapes = 0

/**
 * Statements that touch different rows as one, since each costs a round of messages and a plan: they
 * see one state of the database, and foreign keys are checked when all are done. The transaction
 * fails where a conditional update changes fewer rows than it must: that divides by zero. `lone`: all is of
 * one event, so that there are not many combinations of numbers of rows.
 */
export function asOne(
  statements: readonly (PreparedStatement | RowsStatement)[],
  { lone = false }: { readonly lone?: boolean } = {}
): PreparedStatement {
  // All in one way: with each in its own there would be too many combinations to be planned.
  const form = formOf(statements, lone)
  const said = statements.map((each) => ('said' in each ? each.said(form) : each))
  const combination = combinationOf(statements, form)
  const combined = known.get(combination) ?? combine(said, statements)
  if (form === 'each' && !known.has(combination)) shapes += 1
  known.set(combination, combined)
  const values = said.flatMap(({ values }, n) => {
    const must = statements[n]?.mustReturn
    return must === undefined ? values : [...values, must]
  })
  return { ...combined, values }
}

function formOf(statements: readonly (PreparedStatement | RowsStatement)[], lone: boolean): Form {
  const most = statements.reduce((most, each) => Math.max(most, 'rows' in each ? each.rows : 0), 0)
  if (most > FEW) return 'many'
  if (!lone || most > EACH) return 'few'
  return shapes < MOST_SHAPES || known.has(combinationOf(statements, 'each')) ? 'each' : 'few'
}

function combinationOf(
  statements: readonly (PreparedStatement | RowsStatement)[],
  form: Form
): string {
  let combination: string = form
  for (const each of statements) {
    combination += ` ${each.name}`
    if (form === 'each' && 'rows' in each) combination += `:${each.rows}`
  }
  return combination
}

function combine(
  said: readonly Said[],
  statements: readonly Pick<PreparedStatement, 'mustReturn'>[]
): Combined {
  const parts: string[] = []
  const checks: string[] = []
  let parameters = 0
  for (const [index, { text, values }] of said.entries()) {
    parts.push(`w${index} as (${shifted(text, parameters)})`)
    parameters += values.length
    if (statements[index]?.mustReturn === undefined) continue
    parameters += 1
    checks.push(`(select 1 / (count(*) = $${parameters})::int from w${index})`)
  }
  return {
    name: `write_together_${known.size}`,
    text: `with ${parts.join(', ')} select ${checks.join(', ') || '1'}`
  }
}
