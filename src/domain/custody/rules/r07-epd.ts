import type { CoverageMismatch, CoveredMaterial } from '../../epd/coverage.ts'
import { coverageMismatches } from '../../epd/coverage.ts'
import { usableVersion } from '../../epd/usable-version.ts'
import type { Books, KnownEpd } from '../books.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import { report, reportLesser } from './table.ts'

/**
 * R7: the declaration that a batch names covers it: its product, its stage, the facility among those
 * that it covers, and it was valid on the day of production. One that is not published here yet is
 * told, since it may follow.
 */
export function reviewNamedEpd(
  books: Books,
  of: {
    readonly declaration: BatchDeclaration
    readonly material: CoveredMaterial
    readonly atMs: number
    readonly pointer: string
  },
  review: Review
): void {
  const { epd } = of.declaration
  if (epd === undefined) return
  const day = new Date(of.atMs).toISOString().slice(0, 10)
  const pointer = `${of.pointer}/epd`
  const versions = books.epds.get(epd) ?? []
  const { material, declaration } = of
  reviewCoverage({ epd, versions, material, days: [day], pointer, mayFollow: true }, review)
  const named = usableVersion(versions, day)
  if (typeof named === 'string' || material.facility === null) return
  const parties: readonly string[] = [review.actor, declaration.owner ?? review.actor]
  if (isOfAnother(named, parties)) review.findings.push(ofAnother(epd, pointer))
}

/**
 * What names no facility and stands for no others is the declaration of its owner. Of one that is
 * registered elsewhere it is not known here whose it is.
 */
function isOfAnother({ covers, organization, written }: KnownEpd, parties: readonly string[]) {
  if (written === 'external' || covers.facilities.length > 0) return false
  return !covers.representsOthers && !parties.includes(organization)
}

function ofAnother(epd: string, pointer: string) {
  return report('EPD_OF_ANOTHER', {
    pointer,
    message: `The declaration ${epd} is that of another organization, and names no facility.`,
    expected: 'a declaration of who made the batch or owns it, or one that names the facility',
    remedy: 'Name your own declaration, or ask its owner to name the facilities that it covers.'
  })
}

/** As `reviewNamedEpd`, for everything that a declaration is said to cover on several days. */
export function reviewCoverage(
  of: {
    readonly epd: string
    readonly versions: readonly KnownEpd[]
    readonly material: CoveredMaterial
    readonly days: readonly string[]
    readonly pointer: string
    /** A declaration that is unknown here is told, not refused. */
    readonly mayFollow: boolean
  },
  review: Review
): void {
  const { pointer, epd } = of
  for (const day of new Set(of.days)) {
    const version = usableVersion(of.versions, day)
    if (typeof version === 'string') {
      if (version === 'epd_not_found') review.findings.push(unknown(epd, pointer, of.mayFollow))
      else review.findings.push(notValid(epd, day, version, pointer))
      if (version === 'epd_not_found') return
      continue
    }
    for (const { of: what, declared, actual } of coverageMismatches(version.covers, of.material)) {
      const detail = {
        pointer,
        message: `The declaration ${epd} covers another ${what}.`,
        expected: declared,
        actual,
        remedy: 'Name the declaration of this product and place, or leave it out.'
      }
      review.findings.push(mismatch(what, detail))
    }
  }
}

/** A geography says what figures stand for, not where alone they hold: that is told, not refused. */
function mismatch(of: CoverageMismatch['of'], detail: Parameters<typeof report>[1]) {
  if (of === 'country') return reportLesser('EPD_PLACE', detail)
  return report(of === 'facility' ? 'EPD_PLACE' : 'EPD_PRODUCT', detail)
}

function unknown(epd: string, pointer: string, mayFollow: boolean) {
  const tell = mayFollow ? reportLesser : report
  return tell('EPD_UNKNOWN', {
    pointer,
    message: `No declaration ${epd} is published here.`,
    remedy: 'Check the id; a declaration that is published later counts from then on.'
  })
}

function notValid(epd: string, day: string, why: string, pointer: string) {
  const withdrawn = why === 'epd_withdrawn'
  return report('EPD_VALIDITY', {
    pointer,
    message: `The declaration ${epd} ${withdrawn ? 'was withdrawn' : `was not valid on ${day}`}.`,
    expected: 'a declaration that was valid on the day of production',
    actual: day,
    remedy: 'Name the declaration that was valid then, or leave it out.'
  })
}
