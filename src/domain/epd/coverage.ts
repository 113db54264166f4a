import type { Epd } from './epd.ts'

/** What of a declaration decides which material it can speak of. */
export interface EpdCoverage {
  /** Null where it does not name one of our stages or classes. */
  readonly stage: string | null
  readonly productClass: string | null
  /** Ids of the facilities that it covers; empty where it names none. */
  readonly facilities: readonly string[]
  /** ISO 3166-1 alpha-2; empty where it holds for more than countries. */
  readonly countries: readonly string[]
  /** True where it says that it stands for products of others as well, as an average does. */
  readonly representsOthers: boolean
}

/** Material as far as a declaration can be compared with it; what is null is not compared. */
export interface CoveredMaterial {
  readonly stage: string | null
  readonly productClass: string
  readonly facility: string | null
  readonly country: string | null
}

/** What does not fit, with what the declaration says of it. */
export interface CoverageMismatch {
  readonly of: 'product' | 'stage' | 'facility' | 'country'
  readonly declared: string
  readonly actual: string
}

/** What a declaration covers. Sites name the places; without them its geography does. */
export function coverageOf(epd: Epd): EpdCoverage {
  const { product, sites, geography } = epd
  const places = sites.flatMap(({ country }) => country ?? [])
  const named = places.length > 0 ? places : geography
  // Codes of UN M49 stand for regions or the world: then no country is excluded.
  const wide = named.some((code) => /^\d/.test(code))
  return {
    stage: product.stage || null,
    productClass: product.class || null,
    facilities: sites.flatMap(({ facility }) => facility ?? []),
    countries: wide ? [] : [...new Set(named.map((code) => code.slice(0, 2)))].sort(),
    representsOthers: product.representing !== undefined && product.representing !== 'specific'
  }
}

/** Where material is not what the declaration covers: product, stage, facility, country. */
export function coverageMismatches(
  covers: EpdCoverage,
  material: CoveredMaterial
): readonly CoverageMismatch[] {
  const found: CoverageMismatch[] = []
  const differ = (of: CoverageMismatch['of'], declared: string | null, actual: string | null) => {
    if (declared === null || actual === null || declared === actual) return
    found.push({ of, declared, actual })
  }
  differ('product', covers.productClass, material.productClass)
  differ('stage', covers.stage, material.stage)
  const among = (of: CoverageMismatch['of'], list: readonly string[], actual: string | null) => {
    if (actual === null || list.length === 0 || list.includes(actual)) return
    found.push({ of, declared: list.join(', '), actual })
  }
  among('facility', covers.facilities, material.facility)
  if (covers.facilities.length === 0) among('country', covers.countries, material.country)
  return found
}
