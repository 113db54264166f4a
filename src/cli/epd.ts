import { readFileSync, statSync, writeFileSync } from 'node:fs'
import type { Epd } from '../domain/epd/epd.ts'
import { reviewEpd } from '../domain/epd/review-epd.ts'
import { partiesOf } from '../domain/epd/rules/parties.ts'
import { acceptable, type Finding } from '../domain/finding.ts'
import type { Reference } from '../domain/reference.ts'
import { RegistryError } from '../errors.ts'
import type { EpdCodec, Loss, ParsedEpd } from '../formats/epd-codec.ts'
import { epdFormatOf } from '../formats/epd-format.ts'
import { epdWriters } from '../formats/epd-writers.ts'
import { loadReference } from '../reference.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, type ExitCode, exitCodes, usageError } from './exit.ts'
import { countFindings, findingLines } from './findings.ts'
import type { Terminal } from './terminal.ts'

const formats = epdWriters.map(({ name }) => name).join(', ')

const help = `lodestone epd convert|check FILE [options]

Converts and checks declarations without a service. FILE may be native JSON, openEPD JSON, the JSON
of soda4LCA, or ILCD+EPD XML; what it is shows from its content.

  lodestone epd check magnet.json
  lodestone epd convert oxide.xml --to openepd -o oxide.openepd.json

check tells every finding; what only the registry knows, such as who is registered, is not checked.
convert names on the terminal everything that the other format has no place for.

Options:
  --to FORMAT        ${formats} (convert)
  -o, --output FILE  write to a file instead of the terminal (convert)
  --help`

/** What is larger is no declaration. */
const MAXIMUM_BYTES = 16 * 1024 * 1024

/** `lodestone epd convert|check FILE` */
export const epd: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      to: { type: 'string' },
      output: { type: 'string', short: 'o' }
    })
    const [verb, file, ...more] = positionals
    if (file === undefined || more.length > 0) throw usageError('Name one file.')
    if (verb === 'check') return check(file, terminal)
    if (verb === 'convert') return convert(file, values, terminal)
    throw usageError('Say convert or check.')
  }
}

function check(file: string, terminal: Terminal): ExitCode {
  const reference = loadReference()
  const { codec, parsed } = read(file, reference)
  const findings = parsed.epd
    ? [...parsed.findings, ...review(parsed.epd, reference)]
    : parsed.findings
  tell(findings, terminal.print, terminal)
  const count = countFindings(findings)
  terminal.print(`${file}: ${codec.name}, ${count === '' ? 'no findings' : count}`)
  return acceptable(findings) ? exitCodes.ok : exitCodes.refused
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

function convert(
  file: string,
  options: { readonly to?: string | undefined; readonly output?: string | undefined },
  terminal: Terminal
): ExitCode {
  const writer = epdWriters.find(({ name }) => name === options.to)
  if (!writer) throw usageError(`--to takes one of ${formats}.`)
  const reference = loadReference()
  const { parsed } = read(file, reference)
  tell(parsed.findings, terminal.complain, terminal)
  if (!parsed.epd) {
    throw new CommandError(exitCodes.refused, `${file} holds no declaration that can be converted.`)
  }
  const { bytes, losses } = writer.write(parsed.epd, reference.epd)
  if (options.output === undefined) terminal.print(bytes.toString('utf8').trimEnd())
  else write(options.output, bytes)
  for (const line of lossLines(losses)) terminal.complain(line)
  return exitCodes.ok
}

function lossLines(losses: readonly Loss[]): string[] {
  if (losses.length === 0) return []
  const count = losses.length === 1 ? '1 loss' : `${losses.length} losses`
  return [...losses.map(({ pointer, message }) => `  lost ${pointer}  ${message}`), count]
}

function tell(
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

function read(
  file: string,
  { epd: tables }: Reference
): { readonly codec: EpdCodec; readonly parsed: ParsedEpd } {
  const bytes = load(file)
  try {
    const codec = epdFormatOf(bytes)
    return { codec, parsed: codec.parse(bytes, tables) }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const why = [error.message, ...error.details.map(({ message }) => message)].join(' ')
    throw new CommandError(exitCodes.refused, `${file}: ${why}`, { cause: error })
  }
}

function load(file: string): Buffer {
  try {
    if (statSync(file).size > MAXIMUM_BYTES) {
      throw new Error(`a declaration has at most ${MAXIMUM_BYTES} bytes`)
    }
    return readFileSync(file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandError(exitCodes.usage, `Cannot read ${file}: ${why}.`, { cause: error })
  }
}

function write(file: string, bytes: Buffer): void {
  try {
    writeFileSync(file, bytes)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandError(exitCodes.usage, `Cannot write ${file}: ${why}.`, { cause: error })
  }
}
