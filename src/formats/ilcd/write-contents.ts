import type { Epd, LinkedDocument } from '../../domain/epd/epd.ts'
import type { Component, Composition } from '../../domain/epd/product.ts'
import { group, type XmlOutput, xml } from '../xml/write-xml.ts'
import { ilcdCas } from './cas.ts'
import { reference } from './write-reference.ts'

/** The content declaration of the extensions 1.2: materials with shares or bounds of shares. */
export function contentDeclaration(composition: Composition | undefined): XmlOutput | null {
  return group('epd2:contentDeclaration', (composition?.components ?? []).map(material))
}

function material(component: Component): XmlOutput {
  const { substance, sharePct, minimumPct, maximumPct, cas, ec, packaging } = component
  return xml(
    'epd2:material',
    {
      'epd2:CASNumber': cas && ilcdCas(cas),
      'epd2:ECNumber': ec,
      'epd2:hazardCode': hazardCode(component),
      'epd2:packaging': packaging === true ? 'true' : undefined
    },
    [
      xml('epd2:name', { 'xml:lang': 'en' }, substance),
      xml('epd2:weightPerc', {
        'epd2:value': sharePct,
        'epd2:lowerValue': minimumPct,
        'epd2:upperValue': maximumPct
      })
    ]
  )
}

/** SVHC stands among the hazard statements (InData guide). */
function hazardCode({ hazards = [], svhc }: Component): string | undefined {
  const codes = [...(svhc === true ? ['SVHC'] : []), ...hazards]
  return codes.length === 0 ? undefined : codes.join(';')
}

/** The original declaration, where it lies in the Web. */
export function originals({ documents }: Epd): XmlOutput[] {
  return documents
    .filter((each) => each.kind === 'epd_pdf' && isAddress(each))
    .map((each) => reference('epd2:referenceToOriginalEPD', 'source data set', targetOf(each)))
}

/** Everything else that the declaration links to. */
export function otherDocuments({ documents }: Epd): XmlOutput[] {
  return documents
    .filter((each) => each.kind !== 'epd_pdf' && isAddress(each))
    .map((each) => reference('referenceToExternalDocumentation', 'source data set', targetOf(each)))
}

function targetOf({ title, href }: LinkedDocument) {
  return { uri: href, name: { en: title ?? href } }
}

function isAddress({ href }: LinkedDocument): boolean {
  return /^https?:/.test(href)
}
