import { parseAmount, plainDecimal } from '../../domain/epd/amount.ts'
import type { Component } from '../../domain/epd/product.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { plainCas } from './cas.ts'
import { all, attribute, first, type IlcdNode, isTrue, oneTextOf } from './node.ts'

/** Components, materials and substances that stand in the content declaration itself. */
function declaredIn(process: IlcdNode): readonly IlcdNode[] {
  const path = ['processInformation', 'dataSetInformation', 'other', 'contentDeclaration'] as const
  const kinds = ['component', 'material', 'substance']
  return (first(process, ...path)?.children ?? []).filter(({ name }) => kinds.includes(name))
}

/** What the product consists of; those without a name are left out. */
export function readComponents(process: IlcdNode): Component[] {
  return declaredIn(process).flatMap((node) => {
    const substance = oneTextOf(all(node, 'name'))
    if (substance === undefined) return []
    return [{ substance, ...sharesOf(node), ...codesOf(node) }]
  })
}

function sharesOf(node: IlcdNode): Partial<Component> {
  const share = first(node, 'weightPerc')
  return definedOf({
    sharePct: decimalAt(share, 'value'),
    minimumPct: decimalAt(share, 'lowerValue'),
    maximumPct: decimalAt(share, 'upperValue')
  })
}

/** As stated, or the same number as the native form writes it; what is none is for the rules. */
function decimalAt(node: IlcdNode | undefined, name: string): string | undefined {
  const text = attribute(node, name)
  if (text === undefined || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return text
  const amount = parseAmount(text)
  return (amount && plainDecimal(amount.value)) ?? text
}

/** The codes of hazard statements; `SVHC` stands among them (InData guide). */
function hazardsOf(node: IlcdNode): readonly string[] {
  return (attribute(node, 'hazardCode')?.split(/[;,\s]+/) ?? []).filter((code) => code !== '')
}

const STATEMENT = /^(EUH|H)\d{3}[A-Za-z]{0,3}$/

/** What stands among the hazard statements of a content declaration and is none. */
export function reviewHazards(process: IlcdNode): Finding[] {
  return declaredIn(process).flatMap((node) => {
    const others = hazardsOf(node).filter((code) => code !== 'SVHC' && !STATEMENT.test(code))
    if (others.length === 0) return []
    return [
      report('EPD_DOCUMENT_UNCLEAR', {
        pointer: `${node.pointer}/@hazardCode`,
        message: 'This is no code of a hazard statement.',
        expected: 'H or EUH and three digits, or SVHC',
        actual: others.join(', '),
        remedy: 'Write the code alone, such as H315, and each in its turn.'
      })
    ]
  })
}

function codesOf(node: IlcdNode): Partial<Component> {
  const cas = attribute(node, 'CASNumber')
  const codes = definedOf({ cas: cas && plainCas(cas), ec: attribute(node, 'ECNumber') })
  const hazards = hazardsOf(node)
  const statements = hazards.filter((code) => STATEMENT.test(code))
  return {
    ...codes,
    ...(statements.length === 0 ? {} : { hazards: statements }),
    ...(hazards.includes('SVHC') ? { svhc: true } : {}),
    ...(isTrue(node, 'packaging') ? { packaging: true } : {})
  }
}

function definedOf(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
  )
}
