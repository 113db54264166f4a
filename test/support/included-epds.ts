import type { IncludedContent, IncludedEpd } from '../../src/domain/epd/included.ts'

/** What the magnet of the fixtures is built on. */
export const OXIDE = 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a02'

/** Every code of rule E22: test/domain/epd-included.test.ts has a case for each. */
export const upstreamCodes = [
  'EPD_INCLUDED_UNKNOWN',
  'EPD_INCLUDED_INVALID',
  'EPD_INCLUDED_STAGE',
  'EPD_INCLUDED_CYCLE',
  'EPD_INCLUDED_SUM',
  'EPD_DOUBLE_COUNT'
] as const

/** A published declaration of an oxide as the registry knows it, changed as the test wants it. */
export function includedEpd(
  id: string,
  content: Partial<IncludedContent> = {},
  version: Partial<IncludedEpd['versions'][number]> = {}
): IncludedEpd {
  const never = { validFrom: null, validUntil: null, endsOn: null }
  const dated = { written: 'published', ...never, version: '1' } as const
  return {
    id,
    versions: [{ ...dated, ...version }],
    content: {
      version: '1',
      stage: 'separation',
      includes: [],
      declaredUnit: { value: '1', unit: 'KGM', properties: [] },
      footprint: {
        boundary: 'cradle_to_gate',
        values: new Map(),
        primaryShare: null,
        includes: [],
        allocation: null,
        lacking: 'value'
      },
      ...content
    }
  }
}
