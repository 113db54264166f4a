import { collectDefaultMetrics, type Metric, Registry } from 'prom-client'
import type { Tally } from '../../registry/tally.ts'

export type Labels = Readonly<Record<string, string>>
type Readings = readonly (readonly [Labels, number])[]

/**
 * The figures of one process in the text format of Prometheus. Figures are kept where they arise and
 * read when somebody asks; the library writes them down, and adds those of the process itself.
 */
export class Exposition {
  readonly #registry = new Registry()
  #collecting = false

  get contentType(): string {
    return this.#registry.contentType
  }

  gauge(name: string, help: string, read: () => Readings): void {
    this.#add(name, help, 'gauge', () =>
      read().map(([labels, value]) => ({ metricName: name, labels, value }))
    )
  }

  counter(name: string, help: string, read: () => Readings): void {
    this.#add(name, help, 'counter', () =>
      read().map(([labels, value]) => ({ metricName: name, labels, value }))
    )
  }

  histogram(name: string, help: string, read: () => readonly (readonly [Labels, Tally])[]): void {
    this.#add(name, help, 'histogram', () =>
      read().flatMap(([labels, tally]) => {
        const counts = tally.cumulative()
        const bucket = (le: string, value: number) => ({
          metricName: `${name}_bucket`,
          labels: { ...labels, le },
          value
        })
        return [
          ...tally.bounds.map((bound, n) => bucket(String(bound), counts[n] ?? 0)),
          bucket('+Inf', tally.count),
          { metricName: `${name}_sum`, labels, value: tally.sum },
          { metricName: `${name}_count`, labels, value: tally.count }
        ]
      })
    )
  }

  /** Those of the process (CPU, memory, event loop, collections) begin with the first question. */
  text(): Promise<string> {
    if (!this.#collecting) collectDefaultMetrics({ register: this.#registry })
    this.#collecting = true
    return this.#registry.metrics()
  }

  #add(
    name: string,
    help: string,
    type: string,
    read: () => readonly { metricName: string; labels: Labels; value: number }[]
  ): void {
    const metric = {
      name,
      help,
      type,
      aggregator: 'sum',
      get: async () => ({ name, help, type, values: read() })
    }
    this.#registry.registerMetric(metric as unknown as Metric<string>)
  }
}
