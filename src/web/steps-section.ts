import type { OriginsAnswer } from '../registry/trace/trace-origins.ts'
import type { StepView } from '../registry/trace/trace-origins-view.ts'
import { alike } from './alike.ts'
import { type Html, html, type Part, table } from './html.ts'
import { nameOf } from './origins-section.ts'
import { spaced } from './words.ts'

/** Which steps that regulations ask about were done where. */
export function stepsSection({ steps = [] }: OriginsAnswer, picture: string): Html {
  const rows = alike(steps, ({ step, places, unknown }) => [step, places, unknown]).flatMap(rowsOf)
  return html`<section aria-labelledby="steps"><h2 id="steps">Where the steps were done</h2>
<p>The part of each element that went through a step that regulations ask about. <a href="${picture}">As a picture</a></p>
${table({
  caption: 'Steps by element and country',
  heads: ['Step', 'Elements', 'Country', 'How it is known', 'Share'],
  rows,
  figures: [4]
})}</section>
`
}

function rowsOf(group: readonly [StepView, ...StepView[]]): (readonly Part[])[] {
  const [{ step, places, unknown }] = group
  const elements = group.map(({ element }) => nameOf(element)).join(', ')
  const rows: (readonly Part[])[] = places.map((place) => [
    spaced(step),
    elements,
    place.country ?? 'country unknown',
    html`<span class="basis ${place.basis}">${place.basis}</span>, ${spaced(place.level)}`,
    place.atLeast === place.atMost ? place.atLeast : `${place.atLeast} to ${place.atMost}`
  ])
  if (unknown === '0') return rows
  return [
    ...rows,
    [spaced(step), elements, html`<span class="unknown">unknown</span>`, 'nobody says', unknown]
  ]
}
