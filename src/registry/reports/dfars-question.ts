import type { Reference } from '../../domain/reference.ts'
import type { RequesterFacts } from '../../domain/regulation/dossier.ts'
import type { ApplicableRules } from '../../domain/regulation/rule-version.ts'
import { applicableRules } from '../../domain/regulation/rule-version.ts'
import { type DeliveredBatch, refuseImpossible, wrong } from './delivery.ts'

/** What is asked of a DFARS report. */
export interface DfarsQuestion {
  /** The batches of one delivery, each once. */
  readonly batches: readonly DeliveredBatch[]
  readonly facts: RequesterFacts
  /** A position or an RFC 3339 time; the newest where absent. */
  readonly asOf?: string
}

/**
 * The rules that the question is judged by. Throws `REQUEST_INVALID` for facts that cannot be: a
 * country or a clause that does not exist, a batch named twice, a quantity of nothing.
 */
export function rulesFor(question: DfarsQuestion, reference: Reference): ApplicableRules {
  const { batches, facts } = question
  refuseImpossible(batches)
  const country = facts.endItemCountry?.slice(0, 2)
  if (country !== undefined && !reference.countries.has(country)) {
    throw wrong('endItemCountry', `${country} is not in force as an ISO 3166-1 code.`)
  }
  return clauseFor(facts, reference)
}

function clauseFor(facts: RequesterFacts, reference: Reference): ApplicableRules {
  const { dfars } = reference.regulations
  const rules = applicableRules(dfars, facts.deliveryDate, facts.clauseVersion)
  if (rules && facts.deliveryDate < rules.clause.effectiveFrom) {
    const { id, effectiveFrom } = rules.clause
    throw wrong(
      'deliveryDate',
      `The clause ${id} is in force from ${effectiveFrom} on; of deliveries before it this report says nothing.`
    )
  }
  if (rules) return rules
  const known = dfars.clauses.map(({ id }) => id).join(', ')
  throw wrong('clauseVersion', `There is no clause ${facts.clauseVersion}; known are: ${known}.`)
}
