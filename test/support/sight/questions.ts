import { randomUUID } from 'node:crypto'
import { kg } from '../books.ts'
import { NOW } from '../ore-chain.ts'
import { partOf } from '../read-workbook.ts'
import type { Actor, Answer } from '../service.ts'

/** A batch as somebody may name it. */
export interface Named {
  readonly id: string
  readonly number: string
  readonly organization: string
}

/** Who may ask it at all: `sees` whoever sees the batch, `held` whoever held it, `all` everybody. */
export type For = 'sees' | 'held' | 'all'

/** One way to ask about one batch. */
export interface Question {
  readonly name: string
  readonly for: For
  /** The status for who may ask, where that is not 200. */
  readonly status?: number
  /** True where a token must carry a scope that auditors have not. */
  readonly acts?: true
  readonly ask: (asker: Actor, batch: Named, at: Moment) => Promise<Answer>
  /** What the asker names of the batch. */
  readonly names: (batch: Named) => string
}

export interface Moment {
  readonly asOf: number
  /** The asker's own facility, else any. */
  readonly facility: string
}

const TABLES = ['/upstream', '/downstream', '/custody', '/footprint', '/origins?by=facility']
const PLAIN = ['', '/history', '/findings', '/recycled', '/receipt', '/bundle', '/origins']
const EARLIER = ['', '/history', '/upstream', '/custody', '/origins?by=facility', '/findings']
const PICTURES = ['/upstream', '/downstream', '/origins?by=facility']
const REPORTS = ['gaps', 'footprint-chain', 'dfars-252.225-7052', 'crma-29']
/** Those on magnets. */
const ON_MAGNETS = ['dfars-252.225-7052', 'crma-29']

function asking(path: string): Question {
  return {
    name: `GET ${path}`,
    for: path.includes('/downstream') ? 'held' : 'sees',
    ask: (asker, { id }, { asOf }) =>
      asker.request('GET', path.replace(':id', id).replace(':asOf', `${asOf}`)),
    names: ({ id }) => id
  }
}

/** What a workbook says is packed: nobody would find a secret in it as it comes. */
function opened(question: Question): Question {
  return {
    ...question,
    ask: async (asker, batch, at) => {
      const answer = await question.ask(asker, batch, at)
      if (answer.status !== 200) return answer
      return { ...answer, raw: Buffer.from(await partOf(answer.raw, 'xl/sharedStrings.xml')) }
    }
  }
}

function withParameter(path: string, parameter: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${parameter}`
}

const about = (path: string) => asking(`/v1/batches/:id${path}`)

/** Every way in which a batch can be asked for by its id. */
export const READS: readonly Question[] = [
  ...[...PLAIN, ...TABLES, '/origins?by=step', '/upstream?depth=1'].map(about),
  ...TABLES.map((path) => about(withParameter(path, 'format=csv'))),
  ...PICTURES.map((path) => about(withParameter(path, 'format=svg'))),
  ...EARLIER.map((path) => about(withParameter(path, 'asOf=:asOf'))),
  { ...about('/grants'), acts: true },
  ...REPORTS.flatMap((report) => {
    const path = `/v1/reports/${report}?batch=:id${report.startsWith('dfars') ? '&deliveryDate=2027-01-15' : ''}`
    // Ore is no magnet, which is said to those alone who see the batch.
    const status = ON_MAGNETS.includes(report) ? { status: 400 } : {}
    const ways = [path, `${path}&format=csv`, `${path}&asOf=:asOf`]
    const workbook = opened(asking(`${path}&format=xlsx`))
    return [...ways.map(asking), workbook].map((way) => ({ ...way, ...status }))
  })
]

type Draw = (batch: Named) => unknown

/** A batch in the place where an event draws from one. */
function drawing(path: string, how: string, draw: Draw): Question {
  const event = (batch: Named, facility: string) => ({
    id: randomUUID(),
    type: 'transform',
    time: new Date(Date.parse(NOW) - 60_000).toISOString(),
    facility,
    stages: ['storage_transport_trade'],
    inputs: [{ batch: draw(batch), mass: kg('1') }],
    outputs: [
      {
        id: randomUUID(),
        product: { class: 'ore', name: 'Mix' },
        mass: kg('1'),
        assay: 'inherited'
      }
    ]
  })
  return {
    name: `POST ${path} ${how}`,
    for: 'all',
    acts: true,
    ask: (asker, batch, { facility }) => asker.request('POST', path, event(batch, facility)),
    names: (batch) => JSON.stringify(draw(batch))
  }
}

const byId: Draw = ({ id }) => id
const byNumber: Draw = ({ organization, number }) => ({ organization, number })

/** Naming the batch in a document of one's own; asked only by those who never had it. */
export const WRITES: readonly Question[] = [
  drawing('/v1/events/check', 'by id', byId),
  drawing('/v1/events/check', 'by number', byNumber),
  drawing('/v1/events', 'by id', byId),
  drawing('/v1/events', 'by number', byNumber),
  {
    name: 'POST /v1/batches/:id/grants',
    for: 'held',
    acts: true,
    ask: (asker, { id }) => asker.request('POST', `/v1/batches/${id}/grants`, {}),
    names: ({ id }) => id
  }
]

/** Lists that are filtered by what is known of a batch. */
export const LISTS: readonly Question[] = (
  [
    ['/v1/batches?number=', ({ number }: Named) => number],
    ['/v1/batches?limit=1&number=', ({ number }: Named) => number],
    ['/v1/batches?limit=1&organization=', ({ organization }: Named) => organization],
    ['/v1/batches?limit=100&organization=', ({ organization }: Named) => organization],
    ['/v1/batches?limit=100&holder=', ({ organization }: Named) => organization],
    ['/v1/findings?batch=', ({ id }: Named) => id]
  ] as const
).map(([path, value]) => ({
  name: `GET ${path}`,
  for: 'all',
  ask: (asker, batch) => asker.request('GET', `${path}${value(batch)}`),
  names: value
}))

/** What there is of an event. */
export const EVENT_READS = ['', '/document', '/receipt', '/bundle', '/reevaluation']
