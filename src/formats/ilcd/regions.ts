import { isPlaceCode } from '../place-code.ts'

/** Regions of the ILCD location list that ISO 3166 does not have, as UN M49 codes. */
const regions: ReadonlyMap<string, string> = new Map([
  ['GLO', '001'],
  ['RER', '150'],
  ['RNA', '003'],
  ['RLA', '419'],
  ['RAF', '002'],
  ['RAS', '142'],
  ['OCE', '009']
])

/** The code that declarations use for an ILCD location; undefined for what is no place that we know. */
export function placeOf(location: string): string | undefined {
  return regions.get(location) ?? (isPlaceCode(location) ? location : undefined)
}

/** The ILCD location of a code. */
export function locationOf(place: string): string {
  const [location] = [...regions].find(([, code]) => code === place) ?? [place]
  return location
}
