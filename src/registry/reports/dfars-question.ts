import { compare, parseDecimal, ZERO } from '../../domain/quantity/rational.ts'
import type { Reference } from '../../domain/reference.ts'
import type { RequesterFacts } from '../../domain/regulation/dossier.ts'
import type { ApplicableRules } from '../../domain/regulation/rule-version.ts'
import { applicableRules } from '../../domain/regulation/rule-version.ts'
import { RegistryError } from '../../errors.ts'

/** What is asked of a DFARS report. */
export interface DfarsQuestion {
  /** The batches of one delivery, each once. */
  readonly batches: readonly DeliveredBatch[]
  readonly facts: RequesterFacts
  /** A position or an RFC 3339 time; the newest where absent. */
  readonly asOf?: string
}

export interface DeliveredBatch {
  readonly batch: string
  /** Dry kilograms as decimal text; null for the whole batch. */
  readonly quantityKg: string | null
}

/**
 * The rules that the question is judged by. Throws `REQUEST_INVALID` for facts that cannot be: a
 * country or a clause that does not exist, a batch named twice, a quantity of nothing.
 */
export function rulesFor(question: DfarsQuestion, reference: Reference): ApplicableRules {
  const { batches, facts } = question
  const ids = batches.map(({ batch }) => batch)
  if (new Set(ids).size < ids.length) {
    throw wrong('batch', 'A batch is named twice; add its quantities up.')
  }
  for (const { quantityKg } of batches) {
    const quantity = quantityKg === null ? null : parseDecimal(quantityKg)
    if (quantityKg !== null && (quantity === null || compare(quantity, ZERO) <= 0)) {
      throw wrong('quantityKg', `${quantityKg} is no decimal number of kilograms above 0.`)
    }
  }
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

/** A question that cannot be answered as it is put, with the parameter to change. */
export function wrong(parameter: string, message: string): RegistryError {
  return new RegistryError('REQUEST_INVALID', message, {
    details: [{ pointer: parameter, message }]
  })
}
