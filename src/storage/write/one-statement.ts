import type { Statement } from './statement.ts'

/** Short names of the combinations that this process has sent; PostgreSQL allows 63 characters. */
const names = new Map<string, string>()

/**
 * Statements that touch different rows as one, since each costs a round of messages and a plan: they
 * see one state of the database, and foreign keys are checked when all are done. The transaction
 * fails where a conditional update changes fewer rows than it must: that divides by zero.
 */
export function asOne(statements: readonly Statement[]): Statement {
  const values: unknown[] = []
  const parts: string[] = []
  const checks: string[] = []
  for (const [index, statement] of statements.entries()) {
    const { text, mustReturn } = statement
    parts.push(`w${index} as (${shifted(text, values.length)})`)
    values.push(...statement.values)
    if (mustReturn === undefined) continue
    values.push(mustReturn)
    checks.push(`(select 1 / (count(*) = $${values.length})::int from w${index})`)
  }
  const text = `with ${parts.join(', ')} select ${checks.join(', ') || '1'}`
  return { name: nameOf(statements), text, values }
}

/** Parameters of one statement after those of the statements before it. */
function shifted(text: string, by: number): string {
  return by === 0 ? text : text.replace(/\$(\d+)/g, (_, number) => `$${Number(number) + by}`)
}

function nameOf(statements: readonly Statement[]): string {
  const combination = statements.map(({ name }) => name).join(' ')
  const known = names.get(combination) ?? `write_together_${names.size}`
  names.set(combination, known)
  return known
}
