import type { Answer } from '../service.ts'
import type { AskerName } from './plan.ts'
import type { Secret } from './secrets.ts'

/** An answer gave away what its asker may not know. */
export interface Leak {
  readonly asker: AskerName
  readonly question: string
  readonly what: string
}

const ENCODED = /[A-Za-z0-9+/_-]{24,}={0,2}/g

/** Everything that an answer tells: status, headers, body, and what is encoded in it. */
function toldBy({ headers, raw }: Answer): string {
  const text = raw.toString('utf8')
  const opened = (text.match(ENCODED) ?? []).map((part) => Buffer.from(part, 'base64').toString())
  return [JSON.stringify(headers), text, ...opened].join('\n').toLowerCase()
}

/** The secrets that an answer gives away; what the asker named itself is none. */
export function leaksOf(
  asked: { readonly asker: AskerName; readonly question: string; readonly named: string },
  answer: Answer,
  secrets: readonly Secret[]
): Leak[] {
  const { asker, question, named } = asked
  const told = toldBy(answer)
  return secrets
    .filter(({ text }) => told.includes(text.toLowerCase()) && !named.includes(text))
    .filter(({ knows }) => !knows(asker))
    .map(({ what }) => ({ asker, question, what }))
}

/** An answer without what differs between any two: the id asked for, and the id of the request. */
export function comparable({ status, headers, raw }: Answer, ids: readonly string[]): string {
  const requestId = String(headers['x-request-id'])
  const fleeting = ['date', 'ratelimit', 'content-length', 'etag', 'x-request-id']
  const kept = Object.entries(headers).filter(([name]) => !fleeting.includes(name))
  const text = [String(status), JSON.stringify(kept.toSorted()), raw.toString('utf8')].join('\n')
  return [requestId, ...ids].reduce((all, id) => all.replaceAll(id, 'ID'), text)
}
