import type { listReports } from '../registry/reports/export-report.ts'
import { type Html, html } from './html.ts'
import { prose } from './words.ts'

export type Kind = ReturnType<typeof listReports>[number]
type Parameter = Kind['parameters'][number]

/** The form that asks for one kind of report, made from what the registry says that it must be told. */
export function reportForm({ kind, parameters }: Kind, batch: string | undefined): Html {
  return html`<form class="report" action="reports/${kind}">
${parameters.map((parameter) => field(kind, parameter, batch))}
${parameters.some(({ repeatable }) => repeatable) && html`<p>One batch here. A program asks about several at once, with a quantity of each.</p>`}
<p><button>Draw it up</button></p>
</form>
`
}

function field(kind: string, parameter: Parameter, batch: string | undefined): Html {
  const { name, required, description } = parameter
  const id = `${kind}-${name}`
  const value = name === 'batch' ? batch : undefined
  return html`<p><label for="${id}">${LABELS[name] ?? name}${!required && ' (optional)'}</label>${input(parameter, id, value)}
<small id="${id}-hint">${prose(description)}</small></p>
`
}

function input({ name, type, required }: Parameter, id: string, value: string | undefined): Html {
  const hint = html`aria-describedby="${id}-hint"`
  if (type === 'boolean') {
    return html`<select id="${id}" name="${name}" ${hint}><option value="">not stated</option><option value="true">yes</option><option value="false">no</option></select>`
  }
  const kind = type === 'date' ? 'date' : 'text'
  return html`<input id="${id}" name="${name}" type="${kind}" value="${value}" ${hint} maxlength="200"${required && html` required`}${type === 'decimal' && html` inputmode="decimal"`} spellcheck="false">`
}

const LABELS: Readonly<Record<string, string>> = {
  batch: 'Batch id',
  quantityKg: 'Quantity, kg dry',
  deliveryDate: 'Delivery date',
  clauseVersion: 'Clause version',
  material: 'Magnet material',
  cots: 'Off-the-shelf item',
  coveredMaterialSharePct: 'Covered material, percent',
  tungstenSharePct: 'Tungsten, percent',
  millProduct: 'Mill product',
  electronicDevice: 'Electronic device',
  endItemCountry: 'Country of the end item',
  simplifiedAcquisition: 'Simplified acquisition',
  outsideUnitedStates: 'Acquired outside the United States',
  nonavailability: 'Nonavailability',
  product: 'Product',
  asOf: 'As of'
}
