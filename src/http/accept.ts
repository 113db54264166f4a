import { RegistryError } from '../errors.ts'

/**
 * The offered media type that the Accept header prefers (RFC 9110 12.5.1); the first offered where
 * there is no header or all are equal. Throws `NOT_ACCEPTABLE` where none will do.
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]]
): Type {
  // A header without a word in it prefers nothing.
  const ranges = (accept?.trim() || '*/*').split(',').map(parseRange)
  let best: { type: Type; quality: number } | undefined
  for (const type of offered) {
    const quality = qualityOf(type, ranges)
    if (quality > (best?.quality ?? 0)) best = { type, quality }
  }
  if (best) return best.type
  throw new RegistryError('NOT_ACCEPTABLE', `There is only ${offered.join(', ')}.`)
}

interface Range {
  readonly type: string
  readonly quality: number
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = weight === undefined ? 1 : Number(weight.slice(2))
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

/** The most specific range that covers the type decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [kind] = type.split('/')
  for (const pattern of [type, `${kind}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === pattern)
    if (range) return range.quality
  }
  return 0
}
