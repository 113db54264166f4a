import type { CustodyAnswer } from '../registry/trace/trace-custody.ts'
import { type Html, html, named, type Part, table } from './html.ts'
import { moment, spaced } from './words.ts'

type Party = CustodyAnswer['holders'][number]['custodian']

/** Who has it, and through whose hands it went. */
export function custodySection({ holders, shipments, beyond, gaps }: CustodyAnswer): Html {
  const transit = gaps.filter(({ kind }) => kind === 'in_transit')
  return html`<section aria-labelledby="custody"><h2 id="custody">Custody</h2>
${
  holders.length > 0 &&
  table({
    caption: 'Holders that you may know',
    heads: ['Custodian', 'Owner', 'Place', 'Balance, kg dry'],
    rows: holders.map(({ custodian, owner, place, massKg }) => [
      party(custodian),
      party(owner),
      spaced(place),
      massKg ?? 'not yours to see'
    ]),
    figures: [3]
  })
}${
  shipments.length > 0 &&
  table({
    caption: 'Shipments',
    heads: ['Sent', 'From', 'To', 'Sent, kg', 'Received', 'Received, kg', 'Status'],
    rows: shipments.map((leg) => [
      moment(leg.shippedAt) ?? 'withheld',
      party(leg.sender),
      party(leg.receiver),
      leg.shippedKg,
      moment(leg.receivedAt),
      leg.receivedKg,
      spaced(leg.status)
    ]),
    figures: [3, 5]
  })
}${holders.length + shipments.length === 0 && html`<p>Nothing of its custody is yours to see.</p>`}
${beyond.shipments > 0 && html`<p>Beyond your direct receivers: ${beyond.shipments} shipments, ${beyond.massKg} kg.</p>`}
${transit.length > 0 && html`<ul>${transit.map(({ remedy, supplier }) => html`<li>${remedy}${supplier && html` (${named(supplier.name ?? supplier.id)})`}</li>`)}</ul>`}
</section>
`
}

function party(of: Party): Part {
  return of ? named(of.name ?? of.id) : 'withheld'
}
