import type { Party } from '../../domain/epd/epd.ts'
import type { Texts } from '../../domain/epd/texts.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { isUuid } from '../../domain/ids.ts'
import { type XmlOutput, xml } from '../xml/write-xml.ts'
import { idFromName } from './made-id.ts'

/** One element a language. */
export function texts(name: string, stated: Texts | undefined): XmlOutput[] {
  return Object.entries(stated ?? {}).map(([language, text]) =>
    xml(name, { 'xml:lang': language }, text)
  )
}

/** What a reference leads to. */
export interface Target {
  readonly uuid?: string | undefined
  readonly version?: string | undefined
  readonly uri?: string | undefined
  readonly name: Texts
}

/**
 * A reference to another data set. Without an id of its own it has one that follows from its name;
 * ids and versions that ILCD does not take are left out.
 */
export function reference(name: string, type: string, target: Target): XmlOutput {
  const { version, uri } = target
  return xml(
    name,
    {
      type,
      refObjectId: idOfTarget(type, target),
      version: version !== undefined && VERSION.test(version) ? version : undefined,
      uri
    },
    texts('common:shortDescription', target.name)
  )
}

const VERSION = /^\d{2}\.\d{2}(\.\d{3})?$/

/** The id that a reference is written with. */
export function idOfTarget(type: string, { uuid, name }: Target): string {
  return uuid !== undefined && isUuid(uuid) ? uuid : idFromName(type, name)
}

export function contact(name: string, party: Party | undefined): XmlOutput | null {
  return party ? reference(name, 'contact data set', { name: { en: party.name } }) : null
}

const UNVERSIONED = '00.00.000'

/** ILCD writes versions as `00.00.000`; one with more digits is none that a reader of ILCD takes. */
export function ilcdVersion(version: string): string {
  const [major, minor, patch] = versionKey(version) ?? [0, 0, 0]
  const padded = (number: number, length: number) => String(number).padStart(length, '0')
  const written = `${padded(major, 2)}.${padded(minor, 2)}.${padded(patch, 3)}`
  return VERSION.test(written) ? written : UNVERSIONED
}
