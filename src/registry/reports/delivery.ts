import { formatKg, toMicrograms } from '../../domain/quantity/mass.ts'
import { compare, parseDecimal, ZERO } from '../../domain/quantity/rational.ts'
import type { UnitTable } from '../../domain/quantity/unit.ts'
import { RegistryError } from '../../errors.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'

/** A batch that a report on several is about, or a part of it. */
export interface DeliveredBatch {
  readonly batch: string
  /** Dry kilograms as decimal text; null for the whole batch. */
  readonly quantityKg: string | null
}

/** Throws `REQUEST_INVALID` for a batch named twice and for a quantity of nothing. */
export function refuseImpossible(batches: readonly DeliveredBatch[]): void {
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
}

/** Micrograms of the batch that are meant. Throws `REQUEST_INVALID` where there are not so many. */
export function quantityOf(
  { id, massUg }: Pick<StoredBatch, 'id' | 'massUg'>,
  { quantityKg }: DeliveredBatch,
  units: UnitTable
): bigint {
  if (quantityKg === null) return massUg
  const quantityUg = toMicrograms(quantityKg, 'KGM', units)
  if (quantityUg !== null && quantityUg <= massUg) return quantityUg
  throw wrong(
    'quantityKg',
    `${quantityKg} kg is more than batch ${id}, which is ${formatKg(massUg)} kg.`
  )
}

/** Throws `REQUEST_INVALID` for a batch of which nothing is known any more. */
export function refuseVoided({ id, voidedBy }: Pick<StoredBatch, 'id' | 'voidedBy'>): void {
  if (voidedBy === null) return
  throw wrong(
    'batch',
    `A correction took batch ${id} out of the books, so nothing is known of it: leave it out, or name what was recorded in its place. What was known before is answered with asOf.`
  )
}

/** Lines of evidence of a report and references behind them: some 300 bytes each, all in memory. */
const MOST_EVIDENCE = 100_000
/** Who can close a gap, with the batch: some 120 bytes each. One batch of thousands of sources has many gaps. */
const MOST_CLOSERS = 300_000

/** Counts the evidence that a report names, and who can close its gaps, batch by batch. Throws `LIMIT_EXCEEDED`. */
export class EvidenceNamed {
  #evidence = 0
  #closers = 0

  add(lines: readonly { readonly references: readonly unknown[] }[]): void {
    this.#evidence += lines.reduce((sum, { references }) => sum + 1 + references.length, 0)
    if (this.#evidence > MOST_EVIDENCE) throw tooMuch(MOST_EVIDENCE, 'pieces of evidence')
  }

  addGaps(gaps: readonly { readonly closers: readonly unknown[] }[]): void {
    this.#closers += gaps.reduce((sum, { closers }) => sum + closers.length, 0)
    if (this.#closers > MOST_CLOSERS)
      throw tooMuch(MOST_CLOSERS, 'batches that gaps can be closed at')
  }
}

function tooMuch(most: number, what: string): RegistryError {
  return new RegistryError(
    'LIMIT_EXCEEDED',
    `A report names at most ${most} ${what}, each for every element and step that it speaks for; ask for fewer batches at once.`
  )
}

/** A question that cannot be answered as it is put, with the parameter to change. */
export function wrong(parameter: string, message: string): RegistryError {
  return new RegistryError('REQUEST_INVALID', message, {
    details: [{ pointer: parameter, message }]
  })
}
