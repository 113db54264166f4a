import type { Statement } from './statement.ts'

interface Combined {
  /** PostgreSQL allows 63 characters. */
  readonly name: string
  readonly text: string
}

/** Rows of one table up to which statements are sent as they are quicker for few. */
const FEW = 32

/** The combinations that this process has sent, by the names of their statements. */
const known = new Map<string, Combined>()

/**
 * Statements that touch different rows as one, since each costs a round of messages and a plan: they
 * see one state of the database, and foreign keys are checked when all are done. The transaction
 * fails where a conditional update changes fewer rows than it must: that divides by zero.
 */
export function asOne(statements: readonly Statement[]): Statement {
  // All in one way: with each in its own there would be too many combinations to be planned.
  const isShort = statements.every(({ short }) => short === undefined || short.rows <= FEW)
  const combination = `${isShort ? 'short ' : ''}${statements.map(({ name }) => name).join(' ')}`
  const combined = known.get(combination) ?? combine(statements, isShort)
  known.set(combination, combined)
  const values = statements.flatMap((each) =>
    each.mustReturn === undefined ? each.values : [...each.values, each.mustReturn]
  )
  return { ...combined, values }
}

function combine(statements: readonly Statement[], isShort: boolean): Combined {
  const parts: string[] = []
  const checks: string[] = []
  let parameters = 0
  for (const [index, { text, short, values, mustReturn }] of statements.entries()) {
    const said = isShort ? (short?.text ?? text) : text
    parts.push(`w${index} as (${shifted(said, parameters)})`)
    parameters += values.length
    if (mustReturn === undefined) continue
    parameters += 1
    checks.push(`(select 1 / (count(*) = $${parameters})::int from w${index})`)
  }
  return {
    name: `write_together_${known.size}`,
    text: `with ${parts.join(', ')} select ${checks.join(', ') || '1'}`
  }
}

/** Parameters of one statement after those of the statements before it. */
function shifted(text: string, by: number): string {
  return by === 0 ? text : text.replace(/\$(\d+)/g, (_, number) => `$${Number(number) + by}`)
}
