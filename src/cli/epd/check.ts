import { boundedFindings } from '../../domain/bounded-findings.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { located } from '../../domain/epd/origin.ts'
import type { Conformance } from '../../domain/epd/profile/review-profiles.ts'
import type { EpdContext } from '../../domain/epd/review.ts'
import { type EpdReport, reportOn } from '../../domain/epd/review-epd.ts'
import { partiesOf } from '../../domain/epd/rules/parties.ts'
import { acceptable, type Finding } from '../../domain/finding.ts'
import type { Reference } from '../../domain/reference.ts'
import type { EpdCodec } from '../../formats/epd-codec.ts'
import { loadReference } from '../../reference.ts'
import { type ExitCode, exitCodes, usageError } from '../exit.ts'
import { countFindings, findingLines } from '../findings.ts'
import type { Terminal } from '../terminal.ts'
import { type ReadDeclaration, readFile } from './read-file.ts'

export interface CheckOptions {
  readonly json: boolean
  /** Profiles to judge by besides those that a declaration claims. */
  readonly profile?: string[] | undefined
}

/** `lodestone epd check FILE`: 0 where everything in the file could be accepted, else 1. */
export async function check(
  file: string,
  { json, profile = [] }: CheckOptions,
  terminal: Terminal
): Promise<ExitCode> {
  const reference = loadReference()
  refuseUnknown(profile, reference)
  const { codec, declarations } = await readFile(file, reference, { unread: false })
  const checked = declarations.map((each) => ({
    ...each,
    report: judge(each, codec, profile, reference)
  }))
  if (json) {
    const told = checked.map(({ parsed, report }) => ({ ...parsed.identity, ...report }))
    terminal.print(JSON.stringify({ file, format: codec.name, declarations: told }, null, 2))
  } else {
    for (const { parsed, report } of checked) {
      tellFindings(report.findings, terminal.tell, terminal)
      for (const line of report.profiles.map(conformanceLine)) terminal.tell(line)
      const name = declarations.length > 1 ? `${file} ${parsed.identity?.id ?? ''}` : file
      const count = countFindings(report.findings)
      terminal.tell(`${name}: ${codec.name}, ${count === '' ? 'no findings' : count}`)
    }
  }
  return checked.every(({ report }) => report.acceptable) ? exitCodes.ok : exitCodes.refused
}

function refuseUnknown(asked: readonly string[], { epd: { profiles } }: Reference): void {
  const known = [...profiles.keys()]
  if (asked.every((id) => profiles.has(id))) return
  throw usageError(`--profile takes one of ${known.join(', ')}.`)
}

function conformanceLine({ name, claimed, conforms }: Conformance): string {
  return `${name}${claimed ? '' : ' (not claimed)'}: ${conforms ? 'conforms' : 'does not conform'}`
}

function judge(
  { parsed }: ReadDeclaration,
  { origin }: Pick<EpdCodec, 'origin'>,
  profiles: readonly string[],
  reference: Reference
): EpdReport {
  const { epd } = parsed
  const findings = boundedFindings(located(parsed.findings, origin))
  if (!epd) return { acceptable: false, findings, profiles: [] }
  const report = review(epd, { reference, profiles, origin })
  return {
    acceptable: report.acceptable && acceptable(findings),
    findings: [...findings, ...report.findings],
    profiles: report.profiles
  }
}

/** As far as a declaration can be judged by itself: whoever it names counts as registered. */
function review(
  declaration: Epd,
  terms: Pick<EpdContext, 'reference' | 'profiles' | 'origin'>
): EpdReport {
  const named = partiesOf(declaration).flatMap(([, { organization }]) => organization ?? [])
  return reportOn(declaration, {
    ...terms,
    today: new Date().toISOString().slice(0, 10),
    submitter: declaration.owner.organization ?? '',
    current: null,
    organizations: new Set(named),
    facilities: new Set(declaration.sites.flatMap(({ facility }) => facility ?? [])),
    included: new Map()
  })
}

/** Findings for people, each with its place in the document. */
export function tellFindings(
  findings: readonly Finding[],
  print: (line: string) => void,
  terminal: Terminal
): void {
  const placed = findings.map(({ pointer, ...finding }) => ({
    ...finding,
    where: pointer === '' ? 'the document' : pointer
  }))
  for (const line of findingLines(placed, terminal)) print(line)
}
