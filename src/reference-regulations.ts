import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import type { Reference } from './domain/reference.ts'
import type { RecycledRuleSet } from './domain/regulation/recycled-rules.ts'
import type { DfarsRuleSet } from './domain/regulation/rule-set.ts'

/**
 * The shapes of data/rules/, whose meaning domain/regulation/rule-set.ts and recycled-rules.ts
 * tell. Unknown members are refused, so that a misspelled limit cannot pass for an absent one.
 */
function closed<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false })
}

const Text = Type.String({ minLength: 1 })
const Texts = Type.Array(Text, { minItems: 1 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Fraction = Type.String({ pattern: '^0(\\.\\d+)?$' })
const Percent = Type.String({ pattern: '^(0|[1-9]\\d?|100)(\\.\\d+)?$' })
const Place = Type.String({ pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$' })
const Country = Type.String({ pattern: '^[A-Z]{2}$' })
const Material = Type.Union([Type.Literal('NdFeB'), Type.Literal('SmCo')])

const dates = { from: Type.Optional(Day), until: Type.Optional(Day) }
const terms = { ...dates, id: Text, cite: Text, text: Text }

const RecognizedBy = Type.Record(Type.String({ pattern: '^[A-Z][a-z]?$' }), Fraction)

const CoveredMaterial = closed({
  id: Material,
  name: Text,
  cite: Text,
  namedElements: Texts,
  namedCite: Text,
  recognizedBy: RecognizedBy
})

const DatedScope = closed({
  ...dates,
  id: Text,
  verbs: Texts,
  scope: Text,
  cite: Text,
  steps: Texts,
  firstLife: Type.Boolean()
})

const Exception = Type.Union([
  closed({
    ...terms,
    rule: Type.Literal('cots'),
    lostIf: closed({
      fact: Type.Union([Type.Literal('tungstenSharePct'), Type.Literal('coveredMaterialSharePct')]),
      atLeastPct: Percent,
      what: Text,
      undeclared: Type.Union([Type.Literal('condition'), Type.Literal('undetermined')]),
      cite: Text
    }),
    lostForMillProduct: Type.Optional(Text)
  }),
  closed({ ...terms, rule: Type.Literal('mill-product') }),
  closed({ ...terms, rule: Type.Literal('electronic-device'), condition: Text }),
  closed({
    ...terms,
    rule: Type.Literal('us-recycled'),
    material: Material,
    country: Country,
    millingStep: Text,
    sinteringStep: Text,
    feedClasses: Texts
  }),
  closed({
    ...terms,
    rule: Type.Literal('declared'),
    fact: Type.Union([
      Type.Literal('simplifiedAcquisition'),
      Type.Literal('outsideUnitedStates'),
      Type.Literal('nonavailability')
    ])
  })
])

const Clause = closed({
  id: Text,
  effectiveFrom: Day,
  coveredCountries: closed({ codes: Type.Array(Country, { minItems: 1 }), cite: Text }),
  reviewPlaces: closed({ codes: Type.Array(Place), cite: Text }),
  placeAliases: closed({ codes: Type.Record(Place, Country), cite: Text }),
  materials: Type.Array(CoveredMaterial, { minItems: 1 }),
  readings: closed({ literal: Text, conservative: Text, conservativeThresholdFraction: Fraction }),
  versions: Type.Array(DatedScope, { minItems: 1 }),
  substitutes: closed({ steps: Type.Record(Text, Texts), cite: Text }),
  physicalOrigin: closed({ unevidencedBy: Texts, unverifiedStatuses: Texts, cite: Text }),
  endItem: closed({ cite: Text, text: Text }),
  exceptions: Type.Array(Exception),
  notes: Type.Array(closed({ material: Material, exceptions: Texts, cite: Text, text: Text })),
  flowdown: Text
})

export const DfarsFile = closed({
  id: Text,
  effectiveFrom: Day,
  revision: Day,
  title: Text,
  statute: Text,
  testDate: Text,
  source: Text,
  licence: Text,
  note: Text,
  clauses: Type.Array(Clause, { minItems: 1 })
})

export const Crma29File = closed({
  id: Text,
  effectiveFrom: Day,
  revision: Day,
  title: Text,
  cite: Text,
  source: Text,
  licence: Text,
  note: Text,
  appliesFrom: closed({ date: Day, cite: Text, text: Text }),
  threshold: closed({ kg: Type.String({ pattern: '^\\d+(\\.\\d+)?$' }), cite: Text, text: Text }),
  appliesTo: closed({ cite: Text, text: Text }),
  magnetFamilies: Texts,
  elements: Texts,
  types: Type.Array(
    closed({
      id: Type.Union([Material, Type.Literal('AlNiCo')]),
      name: Text,
      cite: Text,
      recognizedBy: RecognizedBy
    }),
    { minItems: 1 }
  )
})

/** Elements that a rule set names and nobody knows, in words; empty when sound. */
export function strangers(
  { elements, types, magnetFamilies }: RecycledRuleSet,
  { chemistry, products }: Pick<Reference, 'chemistry' | 'products'>
): string[] {
  const families = new Set([...products.values()].map(({ family }) => family))
  return [
    ...[...elements, ...types.flatMap(({ recognizedBy }) => Object.keys(recognizedBy))]
      .filter((symbol) => !chemistry.elements.has(symbol))
      .map((symbol) => `there is no element ${symbol}`),
    ...magnetFamilies
      .filter((family) => !families.has(family))
      .map((family) => `no product is of the family ${family}`)
  ]
}

/** What a rule set and the other tables contradict each other in, in words; empty when sound. */
export function contradictions(
  rules: DfarsRuleSet,
  reference: Omit<Reference, 'regulations'>
): string[] {
  const { steps, countries, chemistry } = reference
  const known = new Set(steps.map(({ id }) => id))
  return rules.clauses.flatMap((clause) => [
    ...clause.versions
      .flatMap((version) => version.steps)
      .filter((step) => !known.has(step))
      .map((step) => `there is no step ${step}`),
    ...clause.materials
      .flatMap(({ namedElements, recognizedBy }) => [
        ...namedElements,
        ...Object.keys(recognizedBy)
      ])
      .filter((symbol) => !chemistry.elements.has(symbol))
      .map((symbol) => `there is no element ${symbol}`),
    ...[...clause.coveredCountries.codes, ...clause.reviewPlaces.codes]
      .filter((place) => !countries.has(place.slice(0, 2)))
      .map((place) => `there is no country ${place}`)
  ])
}
