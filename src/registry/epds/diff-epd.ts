import { diffEpds, type NewCalculation } from '../../domain/epd/diff.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { formatDecimal, multiply, rational } from '../../domain/quantity/rational.ts'
import { RegistryError } from '../../errors.ts'
import type { Deps, Principal } from '../deps.ts'
import { parseEpd } from './epd-submission.ts'
import { kept } from './erased.ts'
import { readEpd } from './read-epd.ts'

export interface DiffQuestion {
  /** Null is the public. */
  readonly principal: Principal | null
  readonly id: string
  readonly from: string
  readonly to: string
}

/** What changed between two versions of a declaration. */
export interface EpdDiffAnswer {
  readonly id: string
  readonly from: string
  readonly to: string
  /** True where a change is more than editorial: it needs a verification of its own. */
  readonly substantive: boolean
  /** True where a result changed by more than 10 %, or appeared or went: an update is due then. */
  readonly overLimit: boolean
  /** What changed of the bill of materials and the energy mix. */
  readonly basis: readonly string[]
  /** Whether a new calculation is required by what changed, and whether one was made. */
  readonly calculation: NewCalculation
  readonly changes: readonly {
    readonly field: string
    readonly before: string | null
    readonly after: string | null
    /** True where only words, names or links were mended. */
    readonly editorial: boolean
    /** Percent of the value before, of a result, both for the same amount of product. */
    readonly changePct?: string
  }[]
}

const PERCENT = rational(100n)

/**
 * Compares two versions, whatever formats they came in. Throws `NOT_FOUND` for a version that the
 * caller may not see, and `REQUEST_INVALID` for a draft that cannot be read yet.
 */
export async function diffEpdVersions(deps: Deps, question: DiffQuestion): Promise<EpdDiffAnswer> {
  const { id, from, to } = question
  const before = await modelOf(deps, question, from)
  const after = await modelOf(deps, question, to)
  const { changes, ...judged } = diffEpds(before, after, deps.reference)
  return {
    id,
    from: before.version,
    to: after.version,
    ...judged,
    changes: changes.map(({ relative, ...change }) =>
      relative === null
        ? change
        : { ...change, changePct: formatDecimal(multiply(relative, PERCENT), 4) }
    )
  }
}

async function modelOf(deps: Deps, { principal, id }: DiffQuestion, version: string): Promise<Epd> {
  const { record, document } = await readEpd(deps, { principal, id, version })
  const sent = { mediaType: record.mediaType, document: kept(document) }
  const { epd } = await parseEpd(sent, deps.reference)
  if (epd) return epd
  throw new RegistryError('REQUEST_INVALID', `The draft ${version} cannot be read as it stands.`)
}
