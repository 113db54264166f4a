import type { FastifyRequest } from 'fastify'

const LONGEST_WAIT_S = 20

/** `Prefer: handling=strict|lenient` (RFC 7240 4.4); what holds where nothing is preferred, else. */
export function isStrict(request: FastifyRequest, otherwise: boolean): boolean {
  const [, handling] = /\bhandling\s*=\s*"?(strict|lenient)\b/i.exec(preferOf(request)) ?? []
  return handling === undefined ? otherwise : handling.toLowerCase() === 'strict'
}

/** `Prefer: wait=5` (RFC 7240 4.3), at most 20 seconds; null where nobody wants to wait. */
export function secondsToWait(request: FastifyRequest): number | null {
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d+)"?(?=$|[,;\s])/i
  const [, seconds] = wait.exec(preferOf(request)) ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_WAIT_S)
}

function preferOf({ headers }: FastifyRequest): string {
  return [headers['prefer'] ?? []].flat().join(',')
}
