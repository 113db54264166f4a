import type { Epd } from './epd.ts'
import type { Quantity } from './product.ts'
import type { StatedDate } from './stated-date.ts'
import type { Texts } from './texts.ts'

/** What a list shows of a declaration; the rest is in the document. */
export interface EpdSummary {
  readonly name: Texts
  readonly ownerName: string
  readonly product: { readonly stage: string; readonly class: string }
  readonly declaredUnit: Quantity
  readonly standards: readonly string[]
  readonly methodSet?: string
  readonly boundary?: string
  readonly pcr?: string
  readonly operatorName?: string
  readonly registrationNumber?: string
  readonly published?: StatedDate
  readonly validFrom?: StatedDate
  readonly validUntil?: StatedDate
}

/** As much as that is shown of one in a list, as JSON. */
export const LISTED_CHARACTERS = 65_536

export function summaryOf(epd: Epd): EpdSummary {
  const { product, declaredUnit } = epd
  return {
    name: epd.name,
    ownerName: epd.owner.name,
    product: { stage: product.stage, class: product.class },
    declaredUnit: { value: declaredUnit.value, unit: declaredUnit.unit },
    standards: epd.standards,
    ...(epd.methodSet === undefined ? {} : { methodSet: epd.methodSet }),
    ...(epd.boundary ? { boundary: epd.boundary.kind } : {}),
    ...(epd.pcr ? { pcr: epd.pcr.name } : {}),
    ...(epd.operator ? { operatorName: epd.operator.name } : {}),
    ...(epd.registrationNumber === undefined ? {} : { registrationNumber: epd.registrationNumber }),
    ...(epd.published ? { published: epd.published } : {}),
    ...(epd.validFrom ? { validFrom: epd.validFrom } : {}),
    ...(epd.validUntil ? { validUntil: epd.validUntil } : {})
  }
}
