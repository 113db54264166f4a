/** A line of evidence that withholds its party must not name it by the events behind it. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { mined, oreChain, type Party } from '../support/ore-chain.ts'

const chain = await oreChain(t)
const mine = await chain.party('Mine', 'AU')
const trader = await chain.party('Trader', 'CH')
const maker = await chain.party('Maker', 'DE')

interface Line {
  readonly step: string
  readonly party: { readonly id: string | null }
  readonly share: string
  readonly dates: readonly string[]
  readonly references: readonly { readonly event: string }[]
}

async function minedLines(asker: Party, batch: string): Promise<Line[]> {
  const facts = 'deliveryDate=2027-01-15&material=NdFeB'
  const url = `/v1/reports/dfars-252.225-7052?batch=${batch}&${facts}`
  const { status, body } = await asker.request('GET', url)
  t.equal(status, 200)
  const lines: readonly Line[] = body.batches[0].readings.literal.evidence
  return lines.filter(({ step }) => step === 'mined')
}

/** Ore that the maker has through the trader. */
async function bought(event: string, disclosure: string): Promise<string> {
  const batch = await mine.commission(mined('10', { disclosure }), { id: event })
  await mine.send(batch, '10', trader)
  await trader.send(batch, '10', maker)
  return batch
}

t.test('names events and days where the party may be known', async (t) => {
  const event = randomUUID()
  const batch = await bought(event, 'chain')
  const [line] = await minedLines(maker, batch)
  t.match(line, { party: { id: mine.facility }, share: '1', references: [{ event }] })
  t.equal(line?.dates.length, 1)
})

t.test(
  'names none where a part of the share came through a batch that hides its maker',
  async (t) => {
    const [open, hidden] = [randomUUID(), randomUUID()]
    const [plain, restricted] = [await bought(open, 'chain'), await bought(hidden, 'restricted')]
    const blend = await maker.blend({ [plain]: '5', [restricted]: '5' }, '10')
    const lines = await minedLines(maker, blend)
    t.strictSame(
      lines.map(({ party, share, dates, references }) => [party.id, share, dates, references]),
      [[null, '1', [], []]]
    )
    // Who made it reads everything, and so does whoever bought nothing that is hidden.
    const [own] = await minedLines(mine, restricted)
    t.match(own, { party: { id: mine.facility }, references: [{ event: hidden }] })
  }
)
