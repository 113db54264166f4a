import type { Quantity } from '../../domain/epd/product.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { foreignKey } from './keys.ts'

/** What a document says and nobody can use, by where it stands. */
export function carbonInOtherUnit({ unit }: Quantity): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer: '/kg_C_biogenic_per_declared_unit',
    message: 'Biogenic carbon is stated in kilograms, and this is not read.',
    expected: 'kg',
    actual: unit,
    remedy: 'Convert it to kilograms of carbon.'
  })
}

export function noIngredient(pointer: string): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: 'This is not read as a declaration that is built in.',
    expected: 'a quantity above zero and the address of a declaration',
    remedy: 'State how much of which declaration is in it, or leave it out.'
  })
}

export function unreadFigure(pointer: string): Finding {
  const known = foreignKey(pointer.slice(pointer.lastIndexOf('/') + 1))
  const what = known ? `: ${known.name}` : ''
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: `The registry has no indicator for these figures${what}. They stay in the document.`,
    remedy: known?.beside
      ? `Where they are what EN 15804 counts, state them as ${known.beside} as well.`
      : 'Nothing need be done.'
  })
}

export function unclearFigure(pointer: string): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: 'There is no number here, or no name of a scenario, so nothing is declared.',
    expected: 'a measurement with mean and unit, or null; scenarios by name',
    remedy: 'Write the mean as a JSON number with a point: 20.5, not "20,5" and not "20.5".'
  })
}

export function noModule(pointer: string): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer,
    message: 'openEPD has no module of this name, so nothing is declared here.',
    expected: 'A1A2A3, A1 to A5, B1 to B7, C1 to C4 or D; C1 to C4 and D in scenarios',
    remedy: 'Write the name of the module as openEPD has it.'
  })
}

/** openEPD demands nothing, and a document without figures says nothing of an environment. */
export function withoutValues(): Finding {
  return report('EPD_DOCUMENT', {
    pointer: '/impacts',
    message: 'The document declares no value for any module: it is no declaration.',
    expected: 'measurements by method, impact and module',
    remedy: 'Send the declaration with its impacts.'
  })
}
