import type { DfarsBatch, DfarsReport } from '../../../reports/dfars.ts'
import { percent } from '../../trace/numbers.ts'
import { answer, ask, type Buyer, magnetBatches } from '../buyer.ts'

const DELIVERIES = ['2026-12-15', '2027-01-15'] as const

const COLORS: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = {
  pass: 'green',
  fail: 'red'
}

/** May the magnets be delivered under a US defense contract? The answer depends on the day. */
export async function askVerdicts(buyer: Buyer, number: number): Promise<void> {
  ask(buyer, number, 'May we deliver them under a US defense contract (DFARS 252.225-7052)?')
  const { style } = buyer.terminal
  answer(buyer, [
    style('dim', `delivery      ${magnetBatches.map((lot) => lot.padEnd(20)).join('')}`)
  ])
  const last = new Map<string, DfarsBatch>()
  for (const deliveryDate of DELIVERIES) {
    const verdicts: string[] = []
    for (const lot of magnetBatches) {
      const batch = await judge(buyer, lot, deliveryDate)
      last.set(lot, batch)
      verdicts.push(verdictText(batch, style))
    }
    answer(buyer, [`${deliveryDate}    ${verdicts.join('')}`])
  }
  answer(buyer, ['', ...[...last].flatMap(([lot, batch]) => reasonLines(lot, batch, style))])
}

async function judge(buyer: Buyer, lot: string, deliveryDate: string): Promise<DfarsBatch> {
  const query = new URLSearchParams({ batch: buyer.batch(lot), deliveryDate })
  const answered = await buyer.client.get(`/v1/reports/dfars-252.225-7052?${query}`)
  const [batch] = (answered.json() as DfarsReport).batches
  if (!batch) throw new RangeError(`the report says nothing of ${lot}`)
  return batch
}

/** Both readings, always; padded by what is seen, not by what colors add. */
function verdictText(batch: DfarsBatch, style: Buyer['terminal']['style']): string {
  const verdicts = [batch.readings.literal.verdict, batch.readings.conservative.verdict]
  const words = [...new Set(verdicts)]
  const text = words.join(' / ')
  const colored = words.map((word) => style(COLORS[word] ?? 'yellow', word)).join(' / ')
  return colored + ' '.repeat(Math.max(1, 20 - text.length))
}

/** Why, in the conservative reading on the last day, and who could change it. */
function reasonLines(
  lot: string,
  batch: DfarsBatch,
  style: Buyer['terminal']['style']
): readonly string[] {
  const { reasons, gaps } = batch.readings.literal
  const steps = Map.groupBy(
    reasons,
    ({ element, country, kind }) => `${kind} ${element} ${country}`
  )
  const lines = [...steps.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const done = group.map(({ step }) => step).join(', ')
    const most = group.map(({ share }) => share).reduce((a, b) => (Number(a) > Number(b) ? a : b))
    const where =
      first.country === undefined ? `no evidence (up to ${percent(most)} %)` : first.country
    return [
      `${style('bold', lot)}  ${first.element === '*' ? 'magnet' : first.element} ${done}: ${where}`
    ]
  })
  const closers = new Set(gaps.flatMap((gap) => gap.closers.map(({ batch: id }) => id)))
  if (closers.size === 0) return lines
  return [
    ...lines,
    style('dim', `       ${closers.size} suppliers' records could close these gaps`)
  ]
}
