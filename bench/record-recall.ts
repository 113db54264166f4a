import { mass, oxides } from './chain/document.ts'
import { Random } from './chain/random.ts'
import type { Context } from './context.ts'
import { postLines } from './post-lines.ts'
import { partsOf } from './register-cast.ts'

const FAN = 5
const LINES = 500
const OXIDE = oxides({ Nd2O3: '76.0', Pr6O11: '23.4' })

/**
 * One lot of oxide that went into so many others: divided by five again and again. Returns the id of
 * the lot to be recalled.
 */
export async function recordRecall(context: Context, batches: number): Promise<string> {
  const { house } = partsOf(context.here.service.cast)
  const random = new Random(context.nextSeed())
  const root = { batch: random.uuid(), grams: 2 ** 40 }
  const time = '2026-06-01T00:00:00Z'
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  const base = { time, facility: house.facility }
  const first = {
    id: root.batch,
    product,
    entry: 'purchased',
    mass: mass(root.grams),
    assay: OXIDE
  }
  await postLines(context, house.token, [
    JSON.stringify({ type: 'commission', id: random.uuid(), ...base, outputs: [first] })
  ])
  const open = [root]
  const lines: string[] = []
  for (let made = 0; made < batches; made += FAN) {
    const lot = open.shift() as typeof root
    const grams = Math.floor(lot.grams / FAN)
    const parts = Array.from({ length: FAN }, () => ({ batch: random.uuid(), grams }))
    open.push(...parts)
    const outputs = parts.map((part) => ({
      id: part.batch,
      product,
      mass: mass(part.grams),
      assay: 'inherited'
    }))
    const inputs = [{ batch: lot.batch, mass: mass(grams * FAN) }]
    const stages = ['storage_transport_trade']
    lines.push(
      JSON.stringify({ type: 'transform', id: random.uuid(), ...base, stages, inputs, outputs })
    )
  }
  for (let from = 0; from < lines.length; from += LINES) {
    await postLines(context, house.token, lines.slice(from, from + LINES))
  }
  return root.batch
}
