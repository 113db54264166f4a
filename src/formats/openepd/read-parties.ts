import type { Party, Pcr, Verification } from '../../domain/epd/epd.ts'
import type { Json } from '../json-object.ts'
import { readDay } from './day.ts'
import { addressAt, objectAt, textAt } from './fields.ts'

/** Those who have a part in a declaration, besides its owner. */
export function readParties(document: Json) {
  const operator = partyAt(document, 'program_operator')
  const practitioner = partyAt(document, 'epd_developer')
  const verification = readVerification(document)
  return {
    ...(operator ? { operator } : {}),
    ...(practitioner ? { practitioner } : {}),
    ...(verification ? { verification } : {})
  }
}

/** openEPD has verifiers of third parties only, and does not grade them. */
function readVerification(document: Json): Verification | undefined {
  const verifier = partyAt(document, 'third_party_verifier') ?? verifierByName(document)
  const reportHref = addressAt(document, 'third_party_verification_url')
  if (!verifier && reportHref === undefined) return undefined
  return {
    kind: 'independent_external',
    ...(verifier ? { verifier } : {}),
    ...(reportHref === undefined ? {} : { reportHref })
  }
}

/** Looked at where there is nothing better: a name that nobody reads is told. */
function verifierByName(document: Json): Party | undefined {
  const name = textAt(document, 'third_party_verifier_name')
  return name === undefined ? undefined : { name }
}

export function partyAt(document: Json, key: string): Party | undefined {
  const organization = objectAt(document, key)
  const name = textAt(organization, 'name')
  if (name === undefined) return undefined
  const website = websiteOf(textAt(organization, 'web_domain'))
  return { name, ...(website === undefined ? {} : { website }) }
}

/** openEPD tells organizations by their domain; many write the whole address of the home page. */
function websiteOf(domain: string | undefined): string | undefined {
  if (domain === undefined) return undefined
  const address = /^https?:\/\//.test(domain) ? domain : `https://${domain}`
  return /^https?:\/\/[!-~]+$/.test(address) ? address : undefined
}

/**
 * The most specific product category rules; openEPD nests the ones that they build on. The number that the
 * issuer gave them is what they are known by; its own id names an entry of some database.
 */
export function readPcr(document: Json): Pcr | undefined {
  const rules = objectAt(document, 'pcr')
  const name = textAt(rules, 'name')
  if (name === undefined) return undefined
  const [id, version, href] = [
    textAt(rules, 'issuer_doc_id') ?? textAt(rules, 'id'),
    textAt(rules, 'version'),
    addressAt(rules, 'doc')
  ]
  const publisher = textAt(objectAt(rules, 'issuer'), 'name')
  const until = textAt(rules, 'valid_until')
  return {
    ...(id === undefined ? {} : { id }),
    name,
    ...(version === undefined ? {} : { version }),
    ...(publisher === undefined ? {} : { publisher }),
    ...(until === undefined ? {} : { validUntil: readDay(until, 'end') }),
    ...(href === undefined ? {} : { href })
  }
}
