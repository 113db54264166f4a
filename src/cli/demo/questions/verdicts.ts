import type { DfarsBatch, DfarsReport } from '../../../reports/dfars.ts'
import { percent } from '../../trace/numbers.ts'
import { answer, ask, type Buyer, magnetBatches } from '../buyer.ts'

type Style = Buyer['terminal']['style']

const DELIVERIES = ['2026-12-15', '2027-01-15'] as const
/** A verdict is never given in one reading alone. */
const READINGS = ['literal', 'conservative'] as const

const COLUMN = 10

/** May the magnets be delivered under a US defense contract? The answer depends on the day. */
export async function askVerdicts(buyer: Buyer, number: number): Promise<void> {
  ask(buyer, number, 'May we deliver them under a US defense contract (DFARS 252.225-7052)?')
  const { style } = buyer.terminal
  const lots = magnetBatches.map((lot) => lot.padEnd(COLUMN)).join('')
  answer(buyer, [style('dim', `delivery     reading        ${lots}`)])
  let judged: readonly DfarsBatch[] = []
  for (const deliveryDate of DELIVERIES) {
    judged = await Promise.all(magnetBatches.map((lot) => judge(buyer, lot, deliveryDate)))
    answer(buyer, verdictRows(deliveryDate, judged, style))
  }
  answer(buyer, [
    '',
    style(
      'dim',
      'The clause tests the day of delivery: from 1 January 2027 it also asks where material was'
    ),
    style('dim', 'mined, refined and separated. Evidence, not legal advice.'),
    '',
    ...judged.flatMap((batch) => reasonLines(buyer, batch))
  ])
}

async function judge(buyer: Buyer, lot: string, deliveryDate: string): Promise<DfarsBatch> {
  const query = new URLSearchParams({ batch: buyer.batch(lot), deliveryDate })
  const answered = await buyer.client.get(`/v1/reports/dfars-252.225-7052?${query}`)
  const [batch] = (answered.json() as DfarsReport).batches
  if (!batch) throw new RangeError(`the report says nothing of ${lot}`)
  return batch
}

function verdictRows(day: string, judged: readonly DfarsBatch[], style: Style): string[] {
  return READINGS.map((reading, index) => {
    const words = judged.map(({ readings }) => colored(readings[reading].verdict, style))
    return `${(index === 0 ? day : '').padEnd(11)}  ${reading.padEnd(13)}  ${words.join('')}`
  })
}

/** Padded by what is seen, not by what colors add. */
function colored(verdict: string, style: Style): string {
  const color = verdict === 'pass' ? 'green' : verdict === 'fail' ? 'red' : 'yellow'
  return style(color, verdict) + ' '.repeat(COLUMN - verdict.length)
}

/** Why it does not pass, in the literal reading, and whose records could change it. */
function reasonLines(buyer: Buyer, batch: DfarsBatch): readonly string[] {
  const { reasons, gaps } = batch.readings.literal
  const lot = buyer.terminal.style('bold', batch.number ?? batch.batch)
  const groups = Map.groupBy(
    reasons,
    (reason) => `${reason.kind} ${reason.element} ${reason.country}`
  )
  const lines = [...groups.values()].map((group) => `${lot}  ${reasonText(group)}`)
  const closers = new Set(
    gaps.flatMap((gap) =>
      gap.closers.flatMap(({ batch: source }) => (source === null ? [] : [buyer.lot(source)]))
    )
  )
  if (closers.size === 0) return lines
  return [
    ...lines,
    `       whoever brought in ${[...closers].sort().join(' and ')} could close these gaps`
  ]
}

type Reasons = readonly DfarsBatch['readings']['literal']['reasons'][number][]

function reasonText(group: Reasons): string {
  const steps = group.map(({ step }) => step).join(', ')
  const [first] = group
  const what = first?.element === '*' ? 'magnet' : (first?.element ?? '')
  if (first?.country !== undefined) return `${what} ${steps} in ${first.country}`
  const most = group.map(({ share }) => share).sort((a, b) => Number(b) - Number(a))[0] ?? '0'
  return `${what} ${steps}: no evidence for up to ${percent(most)} %`
}
