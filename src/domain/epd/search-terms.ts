import { compoundOf } from '../chemistry/formula.ts'
import type { ChemistryTable } from '../chemistry/table.ts'
import type { Epd } from './epd.ts'
import type { Composition } from './product.ts'

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

/** What the words of searches are compared with; longer texts are found by their beginning. */
const LONGEST_WORD = 40
const LONGEST_FACET = 200
const MOST_TERMS = 4000

/** Letters that are no letter with a mark, as people without them write them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i'
}

/** Text as searches compare it: lower case, without accents, one form for every width and ligature. */
function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøæœđðþłı]/g, (letter) => LETTERS[letter] ?? letter)
}

/** The words of a text, folded: whatever is no letter and no digit only separates. */
export function wordsOf(text: string): readonly string[] {
  return folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => (word === '' ? [] : [[...word].slice(0, LONGEST_WORD).join('')]))
}

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
    const letters = [...word]
    for (const start of letters.keys()) terms.add(letters.slice(start).join(''))
  }
  for (const text of Object.values(product.description ?? {})) {
    for (const word of wordsOf(text)) terms.add(word)
  }
  return [...terms].slice(0, MOST_TERMS)
}

/** One facet with its value, as they are stored and asked for: spelling and spaces do not count. */
export function facet(name: FacetName, value: string): string {
  return `${name}:${wordsOf(value).join('')}`.slice(0, LONGEST_FACET)
}

/** Every facet of a declaration. Parties and rules are found by id and by name. */
export function facetsOf(epd: Epd, owner: string, chemistry: ChemistryTable): readonly string[] {
  const { product, operator, pcr } = epd
  const values: Readonly<Record<FacetName, readonly (string | undefined)[]>> = {
    stage: [product.stage],
    product: [product.class],
    element: elementsOf(product.composition, chemistry),
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

/** Symbols of the elements that the composition names, alone or in an oxide. */
function elementsOf(
  composition: Composition | undefined,
  chemistry: ChemistryTable
): readonly string[] {
  if (!composition || composition.basis === 'substance') return []
  return composition.components
    .filter(({ packaging }) => packaging !== true)
    .flatMap(({ substance }) =>
      composition.basis === 'element'
        ? substance
        : [...(compoundOf(substance, chemistry)?.atoms.keys() ?? [])]
    )
}
