import type { VersionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { type ArrayParameter, arrayParameter } from '../connection/array-parameter.ts'
import type { Queryable, Transaction } from '../database.ts'

/** What a version is stored with besides its bytes. */
export interface NewEpdVersion {
  readonly epd: string
  readonly versionKey: VersionKey
  readonly version: string
  readonly position: number
  readonly client: string
  readonly mediaType: string
  readonly document: Buffer
  readonly sha256: Buffer
  readonly report: Buffer
  readonly reportSha256: Buffer
  readonly external: string | null
  readonly ruleSet: string
  readonly stage: string
  readonly productClass: string
  readonly operator: string | null
  readonly practitioner: string | null
  readonly practitionerName: string | null
  readonly verifier: string | null
  readonly registrationNumber: string | null
  readonly validFrom: string | null
  readonly validUntil: string | null
  /** JSON: which material it can speak of. */
  readonly coverage: string
  /** What `q` looks for. */
  readonly terms: readonly string[]
  readonly facets: readonly string[]
  readonly summary: string
}

export interface NewEpdValue {
  readonly indicator: string
  readonly method: string
  readonly module: string
  readonly scenario: string
  readonly unit: string
  readonly status: string
  /** Verbatim; PostgreSQL reads the same text as a number. */
  readonly value: string | null
}

export async function insertEpdVersion(tx: Transaction, version: NewEpdVersion): Promise<void> {
  await tx.query({
    name: 'epd_version_insert',
    text: `insert into epd_version
      (epd, version_key, version, position, client, media_type, document, sha256,
       rule_set, stage, product_class, operator, practitioner, registration_number, valid_from,
       valid_until, terms, facets, summary, report, report_sha256, external, practitioner_name,
       verifier, coverage)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
              array_to_tsvector($17::text[]), $18, $19, $20, $21, $22, $23, $24, $25)`,
    values: [
      version.epd,
      version.versionKey,
      version.version,
      version.position,
      version.client,
      version.mediaType,
      version.document,
      version.sha256,
      version.ruleSet,
      version.stage,
      version.productClass,
      version.operator,
      version.practitioner,
      version.registrationNumber,
      version.validFrom,
      version.validUntil,
      arrayParameter('text', version.terms),
      arrayParameter('text', version.facets),
      version.summary,
      version.report,
      version.reportSha256,
      version.external,
      version.practitionerName,
      version.verifier,
      version.coverage
    ]
  })
}

/** Every value of a version, in one statement. */
export async function insertEpdValues(
  tx: Transaction,
  position: number,
  values: readonly NewEpdValue[]
): Promise<void> {
  await tx.query({
    name: 'epd_value_insert',
    text: `insert into epd_value
      (position, indicator, method, module, scenario, unit, status, value, amount)
      select $1, indicator, method, module, scenario, unit, status, value, value::numeric
        from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::text[])
             as stated (indicator, method, module, scenario, unit, status, value)`,
    values: [
      position,
      textsOf(values, ({ indicator }) => indicator),
      textsOf(values, ({ method }) => method),
      textsOf(values, ({ module }) => module),
      textsOf(values, ({ scenario }) => scenario),
      textsOf(values, ({ unit }) => unit),
      textsOf(values, ({ status }) => status),
      textsOf(values, ({ value }) => value)
    ]
  })
}

/** Findings that did not block, with the version that they speak of. */
export async function insertEpdFindings(
  tx: Transaction,
  version: { readonly epd: string; readonly organization: string; readonly position: number },
  findings: readonly Finding[]
): Promise<void> {
  if (findings.length === 0) return
  await tx.query({
    name: 'epd_finding_insert',
    text: `insert into finding
      (position, epd, organization, line, id, rule, code, severity, profile, pointer, source,
       message, expected, actual, remedy)
      select $1, $2, $3, line - 1, id, rule, code, severity, profile, pointer, source, message,
             expected, actual, remedy
        from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
             with ordinality as found
             (id, rule, code, severity, profile, pointer, source, message, expected, actual, remedy,
              line)`,
    values: [
      version.position,
      version.epd,
      version.organization,
      arrayParameter(
        'uuid',
        findings.map((_, line) =>
          uuidFrom('finding', version.epd, `${version.position}`, `${line}`)
        )
      ),
      textsOf(findings, ({ rule }) => rule),
      textsOf(findings, ({ code }) => code),
      textsOf(findings, ({ severity }) => severity),
      textsOf(findings, ({ profile }) => profile ?? null),
      textsOf(findings, ({ pointer }) => pointer),
      textsOf(findings, ({ source }) => source ?? null),
      textsOf(findings, ({ message }) => message),
      textsOf(findings, ({ expected }) => expected ?? null),
      textsOf(findings, ({ actual }) => actual ?? null),
      textsOf(findings, ({ remedy }) => remedy ?? null)
    ]
  })
}

/** A column of rows, as one parameter. */
function textsOf<Row>(rows: readonly Row[], said: (row: Row) => string | null): ArrayParameter {
  return arrayParameter('text', rows.map(said))
}

/** The findings that were stored with the version at a position, in the order of the rules. */
export async function epdFindings(
  db: Queryable,
  epd: string,
  position: number
): Promise<Finding[]> {
  const rows = await db.query<Record<keyof Finding, string | null>>({
    name: 'epd_findings',
    text: `select rule, code, severity, profile, pointer, source, message, expected, actual, remedy
        from finding where epd = $1 and position = $2 order by line`,
    values: [epd, position]
  })
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).filter(([, value]) => value !== null)
      ) as unknown as Finding
  )
}

/** The findings of the version at a position as they were told: the bytes whose hash is signed. */
export async function epdReport(db: Queryable, position: number): Promise<Buffer> {
  const [row] = await db.query<{ report: Buffer }>({
    name: 'epd_report',
    text: 'select report from epd_version where position = $1',
    values: [position]
  })
  if (row === undefined) throw new Error(`no version of a declaration is at position ${position}`)
  return row.report
}
