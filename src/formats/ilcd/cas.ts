/** ILCD takes three to six digits before the first hyphen; undefined for a number that has more. */
export function ilcdCas(cas: string): string | undefined {
  const [first = '', ...rest] = cas.split('-')
  return first.length > 6 ? undefined : [first.padStart(3, '0'), ...rest].join('-')
}

/** A number as CAS writes it, without zeros at the front. */
export function plainCas(cas: string): string {
  return cas.replace(/^0+(?=\d{2})/, '')
}
