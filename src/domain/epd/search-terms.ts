import type { ChemistryTable } from '../chemistry/table.ts'
import type { Epd } from './epd.ts'
import { namedElements } from './named-elements.ts'
import { standardNamed } from './standard.ts'
import { wordsOf } from './words.ts'

/** What a list of declarations can be narrowed by, besides words, states and days. */
export type FacetName =
  | 'stage'
  | 'product'
  | 'element'
  | 'country'
  | 'owner'
  | 'operator'
  | 'standard'
  | 'pcr'

/** Longer values are found by their beginning. */
const LONGEST_FACET = 200
const MOST_TERMS = 4000

/**
 * The terms of which one starts with a word where the declaration is to be found by it. Names,
 * parties, codes and numbers are found by any part of a word, which is also how languages without
 * spaces are searched; descriptions by the beginning of a word.
 */
export function searchTermsOf(epd: Epd): readonly string[] {
  const { product } = epd
  const names = [
    epd.id,
    ...Object.values(epd.name),
    product.class,
    product.grade,
    ...product.classifications.flatMap(({ code, name }) => [code, name]),
    epd.owner.name,
    epd.operator?.name,
    epd.registrationNumber,
    epd.pcr?.name,
    epd.pcr?.id
  ]
  const terms = new Set<string>()
  for (const word of names.flatMap((name) => wordsOf(name ?? ''))) {
    let start = 0
    for (const letter of word) {
      terms.add(word.slice(start))
      start += letter.length
    }
  }
  for (const text of Object.values(product.description ?? {})) {
    for (const word of wordsOf(text)) terms.add(word)
  }
  return [...terms].slice(0, MOST_TERMS)
}

/**
 * One facet with its value, as they are stored and asked for: spelling and spaces do not count, nor do
 * editions of standards.
 */
export function facet(name: FacetName, value: string): string {
  const plain = name === 'standard' ? standardNamed(value) : wordsOf(value).join('')
  return `${name}:${plain}`.slice(0, LONGEST_FACET)
}

/** Every facet of a declaration. Parties and rules are found by id and by name. */
export function facetsOf(epd: Epd, owner: string, chemistry: ChemistryTable): readonly string[] {
  const { product, operator, pcr } = epd
  const values: Readonly<Record<FacetName, readonly (string | undefined)[]>> = {
    stage: [product.stage],
    product: [product.class],
    element: product.composition ? namedElements(product.composition, chemistry) : [],
    country: [...epd.geography, ...epd.sites.map(({ country }) => country)].flatMap((code) =>
      code === undefined ? [] : /^\d/.test(code) ? code : code.slice(0, 2)
    ),
    owner: [owner, epd.owner.name],
    operator: [operator?.organization, operator?.name],
    standard: epd.standards,
    pcr: [pcr?.id, pcr?.name]
  }
  const facets = Object.entries(values).flatMap(([name, stated]) =>
    stated.flatMap((value) => (value === undefined ? [] : facet(name as FacetName, value)))
  )
  return [...new Set(facets)].sort()
}
