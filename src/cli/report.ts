import { writeFileSync } from 'node:fs'
import { findBatch } from './batch-name.ts'
import { ApiClient, ProblemError } from './client.ts'
import { clientSettings } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, exitCodes, usageError } from './exit.ts'

const help = `Exports a compliance report about a batch, or about a delivery of several.

  lodestone report dfars-252.225-7052 M-101 --delivery-date 2027-01-15
  lodestone report dfars-252.225-7052 M-101=500 M-102=120.5 --delivery-date 2027-01-15 --format csv
  lodestone report crma-29 M-101=0.35 --fact product="Motor 7" --format pdf -o motor.pdf

BATCH is an id, or a lot number that you can see; BATCH=KG says how many kilograms of it are meant.

Options:
  --delivery-date DAY  delivery under the contract, YYYY-MM-DD (DFARS)
  --fact NAME=VALUE    another fact that the rule asks for, e.g. cots=true (may be repeated)
  --as-of MOMENT       what was known at a position or an RFC 3339 time
  --format FORMAT      json (default), csv, xlsx or pdf
  -o, --output FILE    write to a file instead of the terminal
  --help

The kinds of report: GET /v1/reports. Reads LODESTONE_URL, LODESTONE_CLIENT_ID and
LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN.`

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf'
}

function isText(format: string): boolean {
  return format === 'json' || format === 'csv'
}

/** `lodestone report KIND BATCH…` */
export const report: Command = {
  help: `lodestone report KIND BATCH… [options]\n\n${help}`,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      'delivery-date': { type: 'string' },
      fact: { type: 'string', multiple: true, default: [] },
      'as-of': { type: 'string' },
      format: { type: 'string', default: 'json' },
      output: { type: 'string', short: 'o' }
    })
    const [kind, ...batches] = positionals
    if (kind === undefined || batches.length === 0) throw usageError('Name a kind and a batch.')
    const { format } = values
    const accept = Object.hasOwn(TYPES, format) ? TYPES[format] : undefined
    if (accept === undefined) throw usageError('--format takes json, csv, xlsx or pdf.')
    if (!isText(format) && values.output === undefined) {
      throw usageError(`What --format ${format} gives is no text: add -o FILE.${format}.`)
    }
    const client = new ApiClient(clientSettings())
    const query = await queryOf(client, batches, values)
    const answer = await client
      .get(`/v1/reports/${encodeURIComponent(kind)}?${query}`, { accept })
      .catch(inOurWords)
    if (values.output === undefined) {
      terminal.print(answer.bytes.toString('utf8').trimEnd())
    } else {
      write(values.output, answer.bytes)
      terminal.complain(`Wrote ${values.output} (${answer.bytes.length} bytes).`)
    }
    return exitCodes.ok
  }
}

interface Facts {
  readonly 'delivery-date'?: string | undefined
  readonly 'as-of'?: string | undefined
  readonly fact: readonly string[]
}

async function queryOf(
  client: ApiClient,
  batches: readonly string[],
  facts: Facts
): Promise<URLSearchParams> {
  const query = new URLSearchParams()
  for (const name of batches) {
    const { batch, quantityKg } = delivered(name)
    query.append('batch', await findBatch(client, batch))
    if (quantityKg !== null) query.append('quantityKg', quantityKg)
  }
  if (facts['delivery-date'] !== undefined) query.set('deliveryDate', facts['delivery-date'])
  if (facts['as-of'] !== undefined) query.set('asOf', facts['as-of'])
  for (const fact of facts.fact) {
    const [name = '', ...value] = fact.split('=')
    if (name === '' || value.length === 0) throw usageError('--fact takes NAME=VALUE.')
    query.set(name, value.join('='))
  }
  return query
}

/** What stands behind the last `=`, where it is a number; a lot number may hold one of its own. */
function delivered(name: string): { readonly batch: string; readonly quantityKg: string | null } {
  const [, batch, quantityKg] = /^(.+)=(-?[\d.,]+)$/.exec(name) ?? []
  if (batch === undefined || quantityKg === undefined) return { batch: name, quantityKg: null }
  return { batch, quantityKg }
}

/** Parameters that have an option are asked for by the option. */
function inOurWords(error: unknown): never {
  const wrong = error instanceof ProblemError ? (error.problem.errors ?? []) : []
  const day = wrong.find(({ pointer }) => pointer === 'deliveryDate')
  if (day) throw usageError(`--delivery-date ${day.message}.`)
  throw error
}

function write(file: string, bytes: Buffer): void {
  try {
    writeFileSync(file, bytes)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    throw new CommandError(exitCodes.usage, `Cannot write ${file}: ${code}.`)
  }
}
