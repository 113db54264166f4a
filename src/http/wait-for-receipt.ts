import type { FastifyInstance, FastifyReply, onSendHookHandler } from 'fastify'
import type { Deps } from '../registry/deps.ts'
import { receiptsFor } from '../registry/proofs/receipt.ts'
import { secondsToWait } from './preferences.ts'

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE'])

interface Accepted {
  readonly position?: unknown
  readonly stateSince?: { readonly position?: unknown }
  readonly revoked?: { readonly position?: unknown }
  receipt?: string
}

/**
 * `Prefer: wait=5` (RFC 7240 4.3) on what changes something: the answer comes when the log covers what was accepted,
 * with its receipt in `receipt`, of each line where there are many; after that time without. What
 * was accepted stays accepted either way.
 */
export function answerWithReceipts(app: FastifyInstance, deps: Deps): void {
  const addReceipts: onSendHookHandler = (request, reply, payload, done) => {
    const seconds = secondsToWait(request)
    const accepted = reply.statusCode === 200 || reply.statusCode === 201
    if (seconds === null || !accepted || typeof payload !== 'string') {
      done(null, payload)
      return
    }
    withReceipts(deps, reply, payload, seconds).then((text) => done(null, text), done)
  }
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().some((method) => CHANGING.has(method))) return
    route.onSend = [...[route.onSend ?? []].flat(), addReceipts]
  })
}

async function withReceipts(deps: Deps, reply: FastifyReply, payload: string, seconds: number) {
  const answer = jsonOf(payload)
  const items = answer ? itemsOf(answer) : []
  const positions = items.map(positionOf)
  if (positions.length === 0) return payload
  if (!(await deps.log.covers(Math.max(...positions), seconds * 1000))) return payload
  const views = positions.map((position) => ({ position, open: true }))
  const receipts = await receiptsFor(deps, views)
  items.forEach((item, n) => {
    item.receipt = receipts[n] ?? ''
  })
  const applied = reply.getHeader('preference-applied')
  reply.header('preference-applied', [applied, `wait=${seconds}`].filter(Boolean).join(', '))
  return JSON.stringify(answer)
}

function jsonOf(payload: string): object | null {
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/** The parts of the answer that tell of one entry each. */
function itemsOf(answer: object): Accepted[] {
  const { results } = answer as { readonly results?: unknown }
  const items = (Array.isArray(results) ? results : [answer]) as Accepted[]
  return items.filter((item) => Number.isSafeInteger(positionOf(item)))
}

/** A transition has an entry of its own, later than that of the version, and so has a revocation. */
function positionOf({ position, stateSince, revoked }: Accepted): number {
  return Number(stateSince?.position ?? revoked?.position ?? position ?? Number.NaN)
}
