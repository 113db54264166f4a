import t from 'tap'
import { campaignId } from '../../src/domain/custody/campaign.ts'
import { effectOf } from '../../src/domain/custody/fold.ts'
import { reviewNames } from '../../src/domain/party/names.ts'
import { unseenInName, unseenInNumber, unseenInText } from '../../src/domain/unseen.ts'
import { parseEvent } from '../../src/formats/native/event.ts'
import { loadReference } from '../../src/reference.ts'
import { desk, id, kg, NOW, oxides } from '../support/books.ts'

const UNSEEN = [
  'MET-118\u200b',
  '\ufeffMET-118',
  'MET\u00ad-118',
  'MET\u202e-118',
  'MET\u{e0041}-118'
]
const BLANK = ['MET-118\u00a0', ' MET-118', 'MET-118\n', 'MET-118\u3000']

const intake = (batch: object, more: object = {}) => ({
  id: id(`intake ${JSON.stringify([batch, more])}`),
  type: 'commission',
  time: '2026-02-01T00:00:00Z',
  facility: id('works'),
  outputs: [
    {
      id: id(`batch ${JSON.stringify([batch, more])}`),
      product: { class: 'separated_oxide', name: 'NdPr oxide' },
      entry: 'purchased',
      mass: kg('500'),
      assay: oxides({ Nd2O3: '73.24', Pr6O11: '26.24' }, { complete: true }),
      ...batch
    }
  ],
  ...more
})

const blend = (campaign: string, name: string) => ({
  type: 'transform',
  time: '2026-02-03T00:00:00Z',
  facility: id('works'),
  stages: ['storage_transport_trade'],
  campaign,
  inputs: [{ batch: id(name), mass: kg('10') }],
  outputs: []
})

function works() {
  const all = desk()
  all.facility('works', {})
  const told = (document: object) =>
    all
      .record(document as Record<string, unknown>)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ code, pointer }) => `${code} ${pointer}`)
  return { ...all, told }
}

t.test('a text tells what nobody sees of it, and what is left without', async (t) => {
  for (const text of [...UNSEEN, ...BLANK]) {
    t.equal(unseenInNumber(text)?.mended, 'MET-118', JSON.stringify(text))
    t.equal(unseenInName(text)?.mended, 'MET-118', JSON.stringify(text))
  }
  t.equal(unseenInNumber('MET\u00a0118')?.mended, 'MET 118')
  t.equal(unseenInNumber('MET\u200d118')?.mended, 'MET118')
  t.match(unseenInNumber('MET-118\u200b')?.told, /U\+200B, behind “MET-118”$/)
  const long = `A😀${'x'.repeat(19)}\u200b`
  t.match(unseenInText(long)?.told, /behind “x{19}”$/, 'and no half of a character')
  t.match(unseenInName(' MET-118')?.told, /^begins with a space$/)
  t.match(unseenInName('MET-118 ')?.told, /^ends with a space$/)
})

t.test('words of every language are left alone', async (t) => {
  for (const text of [
    'می\u200cخواهم',
    '葛\u{e0100}城磁材',
    'Kiruna\u00a02',
    'Aimants «\u202fA\u202f»'
  ]) {
    t.same([unseenInName(text), unseenInText(text)], [null, null], text)
  }
  t.equal(unseenInText(' two\nlines\tand a tab '), null)
  t.equal(unseenInNumber('LOT 7/ä-磁'), null)
})

t.test('an event gives nothing a name that looks like another one', async (t) => {
  const { told } = works()
  for (const number of [...UNSEEN, ...BLANK]) {
    t.same(told(intake({ number })), ['NAME_UNSEEN /outputs/0/number'], JSON.stringify(number))
  }
  const stated = { registry: 'Elsewhere ', id: 'X\u200b1' }
  const evidence = [{ kind: 'coa', level: 'documented', issuer: 'Lab\u200b' }]
  const identifiers = [{ scheme: 'sscc', value: '0038\u00a0' }]
  const product = { class: 'separated_oxide', name: 'NdPr\u2060 oxide' }
  t.same(told(intake({ product, source: stated, identifiers }, { evidence })), [
    'NAME_UNSEEN /evidence/0/issuer',
    'NAME_UNSEEN /outputs/0/product/name',
    'NAME_UNSEEN /outputs/0/source/registry',
    'NAME_UNSEEN /outputs/0/source/id',
    'NAME_UNSEEN /outputs/0/identifiers/0/value'
  ])
  t.same(told(intake({ number: 'MET-118' }, { note: 'as said \u200f' })), [], 'a note is no name')
  t.same(told(blend('Run\u200b7', 'nothing')).slice(0, 1), ['NAME_UNSEEN /campaign'])
  const { outputs: _, ...closed } = { ...intake({}), type: 'close_campaign', campaign: 'Run 7' }
  t.ok(told({ ...closed, carryTo: 'Run\u200b8' }).includes('NAME_UNSEEN /carryTo'))
  const losses = [{ element: 'Nd', reason: 'dust\u200b', mass: kg('1') }]
  t.ok(told({ ...blend('Run 7', 'nothing'), losses }).includes('NAME_UNSEEN /losses/0/reason'))
})

t.test('a batch that is not there for such a character says so', async (t) => {
  const { record, told } = works()
  t.same(told(intake({ number: 'LOT-7' })), [])
  for (const organization of ['acme', 'buyer']) {
    const batch = { organization: id(organization), number: 'LOT-7\u200b' }
    const { findings } = record({ ...blend('run', 'x'), inputs: [{ batch, mass: kg('1') }] })
    const remedy = /^The number holds a character that nobody sees, U\+200B.*: type it again\.$/
    const [found] = findings.filter(({ severity }) => severity === 'error')
    t.match(found, { code: /BATCH_UNKNOWN|COPRODUCT_ORPHAN/, expected: 'LOT-7', remedy })
  }
})

t.test('what was named before the rule can still be meant and read', async (t) => {
  const { books, told } = works()
  const reference = loadReference()
  const { event } = parseEvent(intake({ id: id('old'), number: 'OLD\u200b' }), () => id('e'))
  if (!event) throw new Error('the schema refuses it')
  const effect = effectOf(books, event, { actor: id('acme'), nowMs: NOW, reference })
  t.equal(effect.newBatches[0]?.state.number, 'OLD\u200b', 'as when the books are made again')
  const name = 'Run\u200b7'
  const run = blend(name, 'old')
  books.batches.set(id('old'), effect.newBatches[0]?.state as never)
  t.ok(told(run).includes('NAME_UNSEEN /campaign'))
  const campaign = campaignId(id('acme'), name)
  const known = { organization: id('acme'), facility: id('works'), head: null, carried: [] }
  books.campaigns.set(campaign, { id: campaign, name, ...known })
  t.notOk(told(run).includes('NAME_UNSEEN /campaign'))
})

t.test('parties are held to the same', async (t) => {
  const findings = reviewNames({
    name: 'Tyne\u200b Magnets',
    identifiers: [{ scheme: 'lei', value: '5493\u00ad00' }]
  })
  t.match(findings, [
    { code: 'NAME_UNSEEN', pointer: '/name', expected: 'Tyne Magnets', severity: 'error' },
    { code: 'NAME_UNSEEN', pointer: '/identifiers/0/value', expected: '549300' }
  ])
  t.same(reviewNames({ name: 'Tyne Magnets' }), [])
})

t.test('what people know by a name is told by it', async (t) => {
  t.match(unseenInName('Alloy\nflakes')?.told, /^holds a line break, U\+000A, behind “Alloy”$/)
  t.match(unseenInNumber('7\u00a0A')?.told, /^holds a space that does not break, U\+00A0/)
  t.match(unseenInName('Al\u200bloy')?.told, /^holds a character that nobody sees, U\+200B/)
})
