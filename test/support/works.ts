import { desk, id, kg } from './books.ts'

/** Books with one works that does whatever is asked of it, and what their rules say to its events. */
export function works(validFrom = '2020-01-01') {
  const all = desk()
  all.facility('works', { validFrom })
  const told = (document: Record<string, unknown>) =>
    all
      .record({ time: '2026-03-01T00:00:00Z', facility: id('works'), ...document })
      .findings.map(({ code, severity }) => `${severity} ${code}`)
  const lot = (name: string, product: string, mass: string, assay: unknown, more: object = {}) => ({
    id: id(name),
    product: { class: product, name },
    mass: kg(mass),
    assay,
    ...more
  })
  const buy = (...outputs: object[]) =>
    told({
      type: 'commission',
      outputs: outputs.map((output) => ({ entry: 'purchased', ...output }))
    })
  /** Stages with spaces between them; masses in kilograms by the names of lots. */
  const make = (
    stages: string,
    inputs: Record<string, string>,
    outputs: object[],
    more: object = {}
  ) =>
    told({
      type: 'transform',
      stages: stages.split(' '),
      inputs: Object.entries(inputs).map(([name, mass]) => ({ batch: id(name), mass: kg(mass) })),
      outputs,
      ...more
    })
  return { ...all, told, lot, buy, make }
}
