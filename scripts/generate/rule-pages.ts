import { readFileSync } from 'node:fs'
import { REOPENED } from '../../src/domain/custody/reopen.ts'
import { standingRules } from '../../src/domain/custody/rules/flaggable.ts'
import { bookRules } from '../../src/domain/custody/rules/table.ts'
import { epdRules } from '../../src/domain/epd/rules/table.ts'
import { partyRules } from '../../src/domain/party/rules.ts'
import { sheetCodes } from '../../src/formats/csv/cell-finding.ts'
import type { GeneratedFile } from '../generate.ts'
import { code, page, table, value } from './markdown.ts'

interface Entry {
  readonly rule: string
  readonly severity: string
  readonly lesser?: string
  readonly title: string
}

/** docs/reference/rules.md: every code that a check can report, and the parameters it is judged by. */
export async function generateRulePages(): Promise<readonly GeneratedFile[]> {
  const content = page(
    'Rules and findings',
    'the tables of rules and their parameters in data/',
    'A check gives every finding at once: `rule`, `code` (stable), `severity`, `pointer` into the document, `message`, and where they help `expected`, `actual` and `remedy`. One error refuses the document and nothing is stored; warnings and infos are stored with what they speak of.',
    `## Rules of the books\n\nFor events. ${standingRules} hold always; an organization may have the others flag instead of refuse (\`POST /v1/rule-settings\`). Those with \`yes\` under “again” are judged anew where a correction changes what an event took ([the books](../custody.md#corrections)).`,
    rulesTable(bookRules, REOPENED),
    parameters('custody-rules.json'),
    '## Rules of declarations\n\nFor EPDs.',
    rulesTable(epdRules),
    parameters('epd-rules.json'),
    '## Organizations and facilities\n\nThe rule is `party`.',
    codesTable(partyRules),
    '## Spreadsheets\n\nBefore the rows of a CSV file or a workbook become events. These findings name row and column in `place`.',
    codesTable(sheetCodes),
    '## Other findings',
    table(
      ['code', 'severity', 'meaning'],
      [
        [code('SCHEMA'), 'error', 'The document does not match its JSON Schema, see /schemas/'],
        [
          code('FINDINGS_LEFT_OUT'),
          'as of the code',
          'Of a code the first hundred findings are told; `actual` says how many there are'
        ]
      ]
    )
  )
  return [{ path: 'docs/reference/rules.md', content }]
}

/** In the order of the rule numbers, then as listed. */
function rulesTable(entries: Readonly<Record<string, Entry>>, again?: readonly string[]): string {
  const number = (rule: string) => Number(/\d+/.exec(rule)?.[0] ?? 0)
  const rows = Object.entries(entries)
    .sort(([, a], [, b]) => number(a.rule) - number(b.rule))
    .map(([name, { rule, severity, lesser, title }]) => [
      rule,
      code(name),
      lesser ? `${severity} or ${lesser}` : severity,
      ...(again ? [again.includes(name) ? 'yes' : ''] : []),
      title
    ])
  return table(['rule', 'code', 'severity', ...(again ? ['again'] : []), 'meaning'], rows)
}

function codesTable(entries: Readonly<Record<string, Omit<Entry, 'rule'>>>): string {
  const rows = Object.entries(entries).map(([name, { severity, title }]) => [
    code(name),
    severity,
    title
  ])
  return table(['code', 'severity', 'meaning'], rows)
}

function parameters(file: string): string {
  const text = readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8')
  const data = JSON.parse(text) as {
    readonly id: string
    readonly effectiveFrom: string
    readonly rows: readonly { parameter: string; value: unknown; source: string }[]
  }
  const rows = data.rows.map((row) => [code(row.parameter), value(row.value), row.source])
  return `Parameters (${code(`data/${file}`)}, in force from ${data.effectiveFrom}):\n\n${table(
    ['parameter', 'value', 'source'],
    rows
  )}`
}
