import type { Books, FacilityTerms } from '../../src/domain/custody/books.ts'
import type { BookedPosting, Effect } from '../../src/domain/custody/effect.ts'
import { enter } from '../../src/domain/custody/effect.ts'
import type { Judgement } from '../../src/domain/custody/fold.ts'
import { judge } from '../../src/domain/custody/fold.ts'
import { noteEvent } from '../../src/domain/custody/note-event.ts'
import { emptyBooks } from '../../src/domain/custody/shelves.ts'
import { uuidFrom } from '../../src/domain/ids.ts'
import { parseEvent } from '../../src/formats/native/event.ts'
import { loadReference } from '../../src/reference.ts'

const reference = loadReference()
export const NOW = Date.parse('2026-11-23T12:00:00Z')

/** A UUID that a test can name. */
export function id(name: string): string {
  return uuidFrom('test', name)
}

export interface Desk {
  readonly books: Books
  /** Judges a document and, when it is accepted, enters it. */
  record(document: Record<string, unknown>, actor?: string): Judgement & { booked: BookedPosting[] }
  facility(name: string, terms: Partial<FacilityTerms> & { organization?: string }): string
  readonly effects: Effect[]
}

/** Books without a database, with two organizations: `acme` (the default actor) and `buyer`. */
export function desk(): Desk {
  const books = emptyBooks()
  const effects: Effect[] = []
  for (const name of ['acme', 'buyer', 'toller']) books.organizations.set(id(name), true)
  return {
    books,
    effects,
    facility(name, { organization = 'acme', ...terms }) {
      const version = {
        operator: id(organization),
        country: 'AU',
        region: null,
        stages: [...reference.stages.keys()],
        validFrom: '2020-01-01',
        ...terms
      }
      books.facilities.set(id(name), {
        id: id(name),
        organization: id(organization),
        versions: [version]
      })
      return id(name)
    },
    record(document, actor = 'acme') {
      const parsed = parseEvent(document, () =>
        id(`event ${effects.length} ${JSON.stringify(document)}`)
      )
      if (!parsed.event) return { findings: parsed.findings, effect: null, booked: [] }
      const judgement = judge(books, parsed.event, { actor: id(actor), nowMs: NOW, reference })
      if (!judgement.effect) return { ...judgement, booked: [] }
      effects.push(judgement.effect)
      const booked = enter(books, judgement.effect)
      noteEvent(books, { event: parsed.event, actor: id(actor), effect: judgement.effect })
      return { ...judgement, booked }
    }
  }
}

export const kg = (value: string) => ({ value, unit: 'KGM', basis: 'dry' })

export const oxides = (values: Record<string, string>, more: object = {}) => ({
  basis: 'oxide',
  unit: 'P1',
  values,
  ...more
})

export const elements = (values: Record<string, string>, more: object = {}) => ({
  basis: 'element',
  unit: 'P1',
  values,
  complete: true,
  ...more
})
