import type { Epd } from '../../domain/epd/epd.ts'
import { reviewEpd } from '../../domain/epd/review-epd.ts'
import { partiesOf } from '../../domain/epd/rules/parties.ts'
import { acceptable, type Finding } from '../../domain/finding.ts'
import type { Reference } from '../../domain/reference.ts'
import { loadReference } from '../../reference.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { countFindings, findingLines } from '../findings.ts'
import type { Terminal } from '../terminal.ts'
import { type ReadDeclaration, readFile } from './read-file.ts'

/** `lodestone epd check FILE`: 0 where everything in the file could be accepted, else 1. */
export async function check(
  file: string,
  options: { readonly json: boolean },
  terminal: Terminal
): Promise<ExitCode> {
  const reference = loadReference()
  const { codec, declarations } = await readFile(file, reference, { unread: false })
  const checked = declarations.map((each) => ({ ...each, findings: judge(each, reference) }))
  const sound = checked.every(({ findings }) => acceptable(findings))
  if (options.json) {
    const told = checked.map(({ parsed, findings }) => ({
      ...parsed.identity,
      acceptable: acceptable(findings),
      findings
    }))
    terminal.print(JSON.stringify({ file, format: codec.name, declarations: told }, null, 2))
  } else {
    for (const { parsed, findings } of checked) {
      tellFindings(findings, terminal.print, terminal)
      const name = declarations.length > 1 ? `${file} ${parsed.identity?.id ?? ''}` : file
      const count = countFindings(findings)
      terminal.print(`${name}: ${codec.name}, ${count === '' ? 'no findings' : count}`)
    }
  }
  return sound ? exitCodes.ok : exitCodes.refused
}

function judge({ parsed }: ReadDeclaration, reference: Reference): Finding[] {
  return parsed.epd ? [...parsed.findings, ...review(parsed.epd, reference)] : [...parsed.findings]
}

/** As far as a declaration can be judged by itself: whoever it names counts as registered. */
function review(declaration: Epd, reference: Reference): Finding[] {
  const named = partiesOf(declaration).flatMap(([, { organization }]) => organization ?? [])
  const context = {
    reference,
    today: new Date().toISOString().slice(0, 10),
    submitter: declaration.owner.organization ?? '',
    current: null,
    organizations: new Set(named),
    facilities: new Set(declaration.sites.flatMap(({ facility }) => facility ?? [])),
    included: new Map()
  }
  return reviewEpd(declaration, context)
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
