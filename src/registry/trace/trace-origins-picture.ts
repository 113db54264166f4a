import { type Bar, drawShareBars, type Share } from '../../reports/pictures/share-bars.ts'
import type { OriginsAnswer } from './trace-origins.ts'
import type { OriginLine, StepLine } from './trace-origins-view.ts'

const KINDS: Readonly<Record<string, string>> = {
  mine: 'mined',
  declared: 'declared origin',
  post_consumer: 'recycled, post-consumer',
  pre_consumer: 'recycled, pre-consumer',
  pickup: 'taken over'
}

const UNCERTAIN = {
  suspect: 'Suspect: an evaluation after a correction is pending.',
  contested: 'Contested: an error stands; left out of verified claims.'
} as const

/** The shares of an answer as an SVG picture: a bar for each element, or for each element and step. */
export function originsPicture(answer: OriginsAnswer): string {
  const { batch, asOf, position, by, status } = answer
  const elements = (answer.elements ?? []).map(
    ({ element, shares, unknown }): Bar => ({
      label: nameOf(element),
      shares: shares.map(originShare),
      unknown
    })
  )
  const steps = (answer.steps ?? []).map(
    ({ element, step, places, unknown }): Bar => ({
      label: `${nameOf(element)} ${step}`,
      shares: places.map(stepShare),
      unknown
    })
  )
  return drawShareBars({
    title: by === 'step' ? 'Where the steps were done' : 'Where the elements come from',
    notes: [
      'Plain: recorded in these books. Striped: declared. Hatched: unknown.',
      ...(by === 'step'
        ? ['At least; what is left free lies at one of several places, or passed the step twice.']
        : []),
      ...(status === 'clear' ? [] : [UNCERTAIN[status]]),
      `Batch ${batch}, as of ${asOf}, position ${position}.`
    ],
    bars: [...elements, ...steps]
  })
}

function nameOf(element: string): string {
  return element === '*' ? 'material' : element
}

function originShare({ kind, basis, country, region, party, withheld, share }: OriginLine): Share {
  const place = region ?? country
  const who = withheld ? 'withheld' : (party?.name ?? party?.id)
  const key = [place ?? 'country unknown', who, KINDS[kind] ?? kind].filter((part) => part != null)
  return {
    key: key.join(', '),
    short: place ?? '?',
    fraction: share,
    declared: basis === 'declared'
  }
}

function stepShare({ country, basis, atLeast }: StepLine): Share {
  const key = `${country ?? 'country unknown'}, ${basis}`
  return { key, short: country ?? '?', fraction: atLeast, declared: basis === 'declared' }
}
