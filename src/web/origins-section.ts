import type { OriginsAnswer } from '../registry/trace/trace-origins.ts'
import type { ElementView, OriginLine } from '../registry/trace/trace-origins-view.ts'
import { alike } from './alike.ts'
import { exactTotal } from './exact-total.ts'
import { type Html, html, named, type Part, table } from './html.ts'
import { spaced } from './words.ts'

const KINDS: Readonly<Record<string, string>> = {
  mine: 'mined',
  post_consumer: 'recycled, post-consumer',
  pre_consumer: 'recycled, pre-consumer',
  pickup: 'taken over'
}

/** Where each element comes from: the picture, and the figures, a table for elements of the same origin. */
export function originsSection(answer: OriginsAnswer, pictures: string): Html {
  const groups = alike(answer.elements ?? [], ({ shares, unknown }) => [shares, unknown])
  return html`<section aria-labelledby="origins"><h2 id="origins">Where its elements come from</h2>
<p>Shares of the mass of each element. Those of an element add up to exactly 1, and what nobody knows is shown as unknown.
<em>Recorded</em> is in these books; <em>declared</em> is what a party says of the time before.</p>
<figure><a href="${pictures}"><img src="${pictures}" alt="Bars of the shares by element and country; the tables below say the same"></a></figure>
<div class="side">${groups.map(sharesTable)}</div>
</section>
`
}

function sharesTable(group: readonly [ElementView, ...ElementView[]]): Html {
  const [{ shares, unknown }] = group
  const rows: (readonly Part[])[] = shares.map((line) => [
    whereFrom(line),
    line.share,
    whoOf(line),
    howKnown(line)
  ])
  const told =
    unknown === '0'
      ? []
      : [[html`<span class="unknown">unknown</span>`, unknown, null, 'nobody says']]
  const total = exactTotal([...shares.map(({ share }) => share), unknown])
  return table({
    caption: group.map(({ element }) => nameOf(element)).join(', '),
    heads: ['Country', 'Share', 'Who', 'How it is known'],
    rows: [
      ...rows,
      ...told,
      [html`<strong>Total</strong>`, html`<strong>${total}</strong>`, null, null]
    ],
    figures: [1]
  })
}

export function nameOf(element: string): string {
  return element === '*' ? 'Material as a whole' : element
}

function howKnown({ kind, basis }: OriginLine): Html {
  const what = kind === 'declared' ? null : `, ${KINDS[kind] ?? spaced(kind)}`
  return html`<span class="basis ${basis}">${basis}</span>${what}`
}

function whereFrom({ region, country }: OriginLine): Part {
  return region ?? country ?? 'country unknown'
}

function whoOf({ party, withheld }: OriginLine): Part {
  if (withheld) return 'withheld'
  return party && named(party.name ?? party.id)
}
