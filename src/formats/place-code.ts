const CODE = /^([A-Z]{2}(-[A-Z0-9]{1,3})?|\d{3})$/
/** Looks like a code of ISO 3166-2 and is none: EU-27, EU-28. ISO has reserved EU, and M49 has no code for it. */
const UNION = /^EU(-|$)/

/** True for what is written as a code of ISO 3166 or UN M49. Whether there is such a place the rules know. */
export function isPlaceCode(text: string): boolean {
  return CODE.test(text) && !UNION.test(text)
}
