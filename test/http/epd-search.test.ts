import fc from 'fast-check'
import t, { type Test } from 'tap'
import { market } from '../support/epd-market.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { SEED } from '../support/seed.ts'
import type { Actor } from '../support/service.ts'

interface Version {
  readonly document: EpdDocument
  readonly state: 'submitted' | 'published' | 'deregistered'
}

/** What the test knows of a declaration: its versions, oldest first, each where it ended up. */
type Known = readonly Version[]

interface Query {
  readonly q?: string
  readonly stage?: string
  readonly product?: string
  readonly element?: string
  readonly country?: string
  readonly owner?: string
  readonly operator?: string
  readonly standard?: string
  readonly pcr?: string
  readonly status?: string
  readonly validOn?: string
}

const NAMES = [
  'Néodyme métal Ørsted',
  'Ferrite 50%_x',
  'NdPr oxide',
  '镨钕氧化物',
  "O'Hara \\ Söhne"
]
const PCRS = ['Rare-earth concentrates, oxides, metals and magnets', 'Core PCR 2']
const SPANS = [
  ['2026', '2030'],
  ['2026-11-01', '2027-10-31'],
  ['2027-11-01', '2032-10-31']
] as const

/** A sound declaration, as the numbers say. */
function documentOf([name, pcr, span, kind, more]: readonly number[]): EpdDocument {
  const base = (kind ?? 0) % 2 === 0 ? 'ndpr-oxide' : 'magnet-n48h'
  return epdDocument(base, (epd) => {
    epd['name'] = { en: NAMES[name ?? 0] }
    epd['pcr'] = { name: PCRS[pcr ?? 0] }
    const [from, until] = SPANS[span ?? 0] ?? SPANS[0]
    Object.assign(epd, { validFrom: from, validUntil: until })
    epd['geography'] = (more ?? 0) % 2 === 0 ? ['MY', '001'] : ['FI-18']
    if ((more ?? 0) % 3 === 0) epd['operator'] = { name: 'Programme Nord' }
    if ((more ?? 0) % 4 === 0) epd['standards'] = ['EN 15804+A2', 'ISO 14025']
    // Built on what the other magnets name, which is not there: told, and no matter here.
    delete epd['includes']
    delete epd['verification']
  })
}

const plain = (text: string) =>
  text.toLowerCase().replaceAll('ø', 'o').normalize('NFD').replace(/\p{M}/gu, '')
const squeezed = (text: string) => plain(text).replace(/[^\p{L}\p{N}]/gu, '')
const tokens = (text: string) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? []

/** The same question, answered by looking at every document. */
function matches({ document }: Version, query: Query, owner: string): boolean {
  const { product } = document
  const names = [
    document['id'],
    ...Object.values<string>(document['name']),
    product.class,
    product.grade ?? '',
    ...product.classifications.map(({ code }: EpdDocument) => code),
    document['owner'].name,
    document['operator']?.name ?? '',
    document['registrationNumber'] ?? '',
    document['pcr'].name
  ]
  const descriptions = Object.values<string>(product.description ?? {})
  const has = (word: string) =>
    names.some((name) => tokens(name).some((token) => token.includes(word))) ||
    descriptions.some((text) => tokens(text).some((token) => token.startsWith(word)))
  const words = query.q === undefined ? [] : tokens(query.q)
  const elements = product.composition.components.flatMap(({ substance }: EpdDocument) =>
    (substance as string).match(/[A-Z][a-z]?/g)
  )
  const places = document['geography'].map((code: string) =>
    code.slice(0, /^\d/.test(code) ? 3 : 2)
  )
  const sites = (document['sites'] ?? []).map(({ country }: EpdDocument) => country)
  const one = (asked: string | undefined, stated: readonly string[]) =>
    asked === undefined || stated.some((each) => squeezed(each) === squeezed(asked))
  return (
    (query.q === undefined || words.length > 0) &&
    words.every(has) &&
    one(query.stage, [product.stage]) &&
    one(query.product, [product.class]) &&
    one(query.element, elements) &&
    one(query.country, [...places, ...sites]) &&
    one(query.owner, [owner, document['owner'].name]) &&
    one(query.operator, [document['operator']?.name ?? 'none']) &&
    one(query.standard, document['standards']) &&
    one(query.pcr, [document['pcr'].name])
  )
}

/** The clock of the market: what is withdrawn today was valid until yesterday. */
const TODAY = '2026-11-23'

function naive(known: readonly Known[], query: Query, all: boolean, owner: string): string[] {
  const day = (text: string, end: boolean) =>
    text.length === 4 ? `${text}-${end ? '12-31' : '01-01'}` : text
  return known.flatMap((versions) => {
    const newest = versions.findLast(
      ({ document, state }) =>
        (all || state !== 'submitted') &&
        (query.status === undefined || state === query.status) &&
        (query.validOn === undefined ||
          ((state === 'published' || (state === 'deregistered' && query.validOn < TODAY)) &&
            day(document['validFrom'], false) <= query.validOn &&
            day(document['validUntil'], true) >= query.validOn))
    )
    return newest && matches(newest, query, owner) ? [newest.document['id']] : []
  })
}

const documents = fc.tuple(
  fc.nat(NAMES.length - 1),
  fc.nat(PCRS.length - 1),
  fc.nat(SPANS.length - 1),
  fc.nat(1),
  fc.nat(11)
)
const histories = fc.array(
  fc.record({
    first: documents,
    second: fc.option(documents, { nil: undefined }),
    published: fc.boolean(),
    withdrawn: fc.boolean()
  }),
  { minLength: 14, maxLength: 14 }
)

function queries(owner: string) {
  const some = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
  return fc.record({
    q: some(
      'neodyme',
      'ORSTED metal',
      '50%',
      '%',
      '_',
      "o'hara",
      '\\',
      '氧化',
      'ndpr 99',
      'xide',
      'magnet'
    ),
    stage: some('separation', 'coating', 'magnetization', 'mining'),
    product: some('separated_oxide', 'magnet', 'coated_magnet'),
    element: some('Nd', 'Pr', 'O', 'Fe', 'Xx'),
    country: some('MY', 'FI', '001', 'SE'),
    owner: some(owner, 'demo separation sdn bhd', '22222222-2222-4222-8222-222222222222'),
    operator: some('programme nord', 'nobody'),
    standard: some('EN 15804+A2', 'en 15804 a2', 'ISO14025'),
    pcr: some(...PCRS, 'core pcr'),
    status: some('submitted', 'published', 'deregistered'),
    validOn: some('2026-01-01', '2027-10-31', '2027-11-01', '2030-12-31', '2031-01-01')
  })
}

/** Half of the parameters at most, so that something is left to be found. */
function asked(query: Record<string, string | undefined>, mask: number): Query {
  const kept = Object.entries(query).filter(
    ([, value], index) => value !== undefined && (mask >> index) % 2 === 1
  )
  return Object.fromEntries(kept)
}

async function walk(who: Pick<Actor, 'request'>, query: Query, limit: number): Promise<string[]> {
  const ids: string[] = []
  const parameters = new URLSearchParams({ ...query, limit: String(limit) })
  for (;;) {
    const { status, body } = await who.request('GET', `/v1/epds?${parameters}`)
    if (status !== 200) throw new Error(`${parameters}: ${JSON.stringify(body)}`)
    ids.push(...body.items.map(({ id }: { id: string }) => id))
    if (body.next === undefined) return ids
    parameters.set('cursor', body.next)
  }
}

type Market = Awaited<ReturnType<typeof market>>

/** Submits the versions one after the other and brings each where the history says. */
async function play(
  { submit, publish, programme }: Market,
  history: readonly (typeof histories extends fc.Arbitrary<infer T> ? T : never)[number][]
): Promise<Known[]> {
  const known: Known[] = []
  for (const { first, second, published, withdrawn } of history) {
    const document = await submit(documentOf(first))
    const { id } = document
    const version = document['version']
    if (published) await publish(document)
    if (published && withdrawn) await programme.deregistered({ id, version }, 'Mistake')
    const state = published ? (withdrawn ? 'deregistered' : 'published') : 'submitted'
    const versions: Version[] = [{ document, state }]
    if (second) {
      const next = { ...documentOf(second), id, version: '2.0' }
      versions.push({ document: await submit(next), state: 'submitted' })
    }
    known.push(versions)
  }
  return known
}

t.test('every combination finds what looking at every document finds', async (t: Test) => {
  t.comment(`seed ${SEED}`)
  const place = await market(t)
  const { owner, service } = place
  const [history = []] = fc.sample(histories, { seed: SEED, numRuns: 1 })
  const known = await play(place, history)
  let found = 0
  let questions = 0
  const drawn = fc.sample(
    fc.tuple(
      queries(owner.organization),
      fc.nat(2047),
      fc.nat(2047),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean()
    ),
    { seed: SEED, numRuns: 250 }
  )
  for (const [query, one, other, limit, whole] of drawn) {
    const question = asked(query, one & other)
    const who = whole ? owner : service
    const expected = naive(known, question, whole, owner.organization)
    const ids = await walk(who, question, limit)
    if (JSON.stringify(ids) !== JSON.stringify(expected)) {
      t.same(ids, expected, `${JSON.stringify(question)} ${whole ? 'owner' : 'public'}`)
    }
    found += ids.length
    questions += 1
  }
  t.comment(`${questions} questions, ${found} declarations found, over ${known.length}`)
  t.ok(found > 250, 'the questions find something')
})

t.test('accepts', async (t) => {
  t.test('the number that one is registered under, whatever the document says', async (t) => {
    const { programme, submit, service } = await market(t)
    const stating = (number: string) =>
      submit(epdDocument('magnet-n48h', (epd) => (epd['registrationNumber'] = number)))
    const own = await stating('REG/ALPHA (1)')
    const other = await stating('OF-THE-DOCUMENT')
    const found = async (query: Query, who: Pick<Actor, 'request'> = service) => walk(who, query, 1)
    const version = { id: other['id'] as string, version: other['version'] as string }
    await programme.registered(version, 'REG/OMEGA (1)')
    t.same(await found({ q: 'REG/OMEGA (1)' }), [], 'before publication nobody else is told')
    t.same(await found({ q: 'REG/OMEGA (1)' }, programme.operator), [other['id']])
    const { body } = await programme.operator.request(
      'POST',
      `/v1/epds/${version.id}/transitions`,
      { version: version.version, transition: 'publish' }
    )
    await programme.published({ id: own['id'], version: own['version'] }, 'REG/ALPHA (1)')
    t.same(await found({ q: ' REG/OMEGA (1) ' }), [other['id']])
    t.same(await found({ q: 'REG/ALPHA (1)' }), [own['id']], 'once, where both say it')
    t.same(await found({ q: 'of-the-document' }), [other['id']])
    t.same(await found({ q: 'REG/OMEGA (1)', stage: 'mining' }), [], 'the rest is asked as well')
    t.same(await found({ q: 'REG/OMEGA' }), [], 'part of it is no number')
    t.equal(body.state, 'published')
    const before = { q: 'REG/OMEGA (1)', asOf: String(body.stateSince.position - 1) } as Query
    t.same(await found(before), [], 'nor is it known before it was')
  })

  t.test('updatedSince, to the millisecond and by the day', async (t) => {
    let now = new Date('2026-11-23T23:55:00Z')
    const { submit, publish, service } = await market(t, () => now)
    const one = await submit()
    now = new Date('2026-11-24T00:00:00Z')
    const two = await submit()
    await publish(two)
    now = new Date('2026-11-24T00:05:00.250Z')
    await publish(one)
    const since = async (time: string) => walk(service, { updatedSince: time } as Query, 5)
    t.same(await since('2026-11-01'), [one['id'], two['id']])
    t.same(await since('2026-11-24'), [one['id'], two['id']], 'the first moment of a day counts')
    t.same(await since('2026-11-24T00:00:00.001Z'), [one['id']])
    t.same(await since('2026-11-24T01:05:00.250+01:00'), [one['id']], 'a moment, in any zone')
    t.same(await since('2026-11-24T00:05:00.251Z'), [])
    t.same(await since('2030-01-01'), [])
  })
})

t.test('refuses', async (t) => {
  const { service, owner, submit, publish } = await market(t)
  for (const _ of [1, 2]) await publish(await submit())
  const asks = async (query: string) => (await service.request('GET', `/v1/epds?${query}`)).body
  t.test('days, times and words that cannot be used', async (t) => {
    for (const query of [
      'validOn=2026-02-30',
      'validOn=2026',
      'validOn=2026-11-23T12:00:00Z',
      'updatedSince=yesterday',
      'updatedSince=2026-02-30',
      'updatedSince=2026-02-30T00:00:00Z',
      'updatedSince=2026-11-23T12:00:00',
      'updatedSince=2026-11-23T25:00:00Z',
      `q=${Array.from({ length: 21 }, (_, index) => `w${index}`).join('+')}`
    ]) {
      const body = await asks(query)
      t.equal(body.code, 'REQUEST_INVALID', query)
      t.equal(body.errors[0].pointer, query.split('=')[0], query)
    }
    t.equal((await asks('validon=2026-01-01')).status, 400, 'a name that does not exist')
    t.equal((await asks('stage=')).status, 400, 'nothing is no value')
    t.equal((await asks('stage=coating&stage=mining')).status, 400, 'twice is no value')
  })

  t.test('a cursor of another query, whatever differs', async (t) => {
    const { next } = await asks('product=coated_magnet&limit=1')
    t.type(next, 'string')
    t.equal((await asks(`product=coated_magnet&limit=2&cursor=${next}`)).items.length, 1)
    for (const query of ['', 'product=magnet', 'product=coated_magnet&element=Nd', 'q=magnet']) {
      t.equal((await asks(`${query}&cursor=${next}`)).code, 'CURSOR_INVALID', query)
    }
  })

  t.test('drafts by anything but their owner', async (t) => {
    for (const query of ['product=magnet', 'validOn=2026-01-01', 'updatedSince=2026-01-01']) {
      const answer = await owner.request('GET', `/v1/epds?status=draft&${query}`)
      t.equal(answer.status, 400, query)
    }
  })
})
