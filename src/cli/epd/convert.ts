import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reference } from '../../domain/reference.ts'
import type { EpdCodec, EpdWriter, Loss } from '../../formats/epd-codec.ts'
import { epdWriters } from '../../formats/epd-writers.ts'
import { loadReference } from '../../reference.ts'
import { CommandError, type ExitCode, exitCodes, usageError } from '../exit.ts'
import type { Terminal } from '../terminal.ts'
import { tellFindings } from './check.ts'
import { type ReadDeclaration, readFile } from './read-file.ts'

export interface ConvertOptions {
  readonly to?: string | undefined
  /** A file; a folder where the input holds several declarations. */
  readonly output?: string | undefined
  readonly json: boolean
}

/** One declaration in the other format. */
interface Converted extends ReadDeclaration {
  readonly written: Buffer
  readonly losses: readonly Loss[]
}

export const formatNames = epdWriters.map(({ name }) => name).join(', ')

/** `lodestone epd convert FILE --to FORMAT`: 0 also where something was lost, which is told. */
export async function convert(
  file: string,
  options: ConvertOptions,
  terminal: Terminal
): Promise<ExitCode> {
  const writer = epdWriters.find(({ name }) => name === options.to)
  if (!writer) throw usageError(`--to takes one of ${formatNames}.`)
  if (options.json && options.output === undefined) {
    throw usageError('--json tells the losses on the terminal: name the output with -o.')
  }
  if (writer.name === 'ilcd-zip' && options.output === undefined) {
    throw usageError('A zip does not fit on a terminal: name the output with -o.')
  }
  const reference = loadReference()
  const { codec, declarations } = await readFile(file, reference, { unread: true })
  if (declarations.length > 1 && options.output === undefined) {
    throw usageError(`${file} holds ${declarations.length} declarations: name a folder with -o.`)
  }
  const converted: Converted[] = []
  for (const each of declarations) {
    converted.push(await rewrite(each, codec, writer, reference, file, terminal))
  }
  const outputs = converted.map((each) => put(each, writer, options.output, converted.length > 1))
  if (options.json) tellJson(converted, outputs, { from: codec.name, to: writer.name }, terminal)
  else tellPeople(converted, options.output, terminal)
  return exitCodes.ok
}

/** In its own format a declaration is the document itself. */
async function rewrite(
  declaration: ReadDeclaration,
  codec: EpdCodec,
  writer: EpdWriter,
  { epd: tables }: Reference,
  file: string,
  terminal: Terminal
): Promise<Converted> {
  const { parsed, bytes } = declaration
  if (!parsed.epd) {
    tellFindings(parsed.findings, terminal.complain, terminal)
    throw new CommandError(exitCodes.refused, `${file} holds no declaration that can be converted.`)
  }
  if (codec.name === writer.name) return { ...declaration, written: bytes, losses: [] }
  const source = { format: codec.name, bytes }
  const { bytes: written, losses, whole } = await writer.write(parsed.epd, tables, source)
  return { ...declaration, written, losses: whole ? losses : [...(parsed.unread ?? []), ...losses] }
}

const endings: Readonly<Record<string, string>> = {
  native: 'json',
  openepd: 'openepd.json',
  ilcd: 'xml',
  'ilcd-zip': 'zip',
  csv: 'csv'
}

/** Writes the file; undefined where it goes to the terminal. */
function put(
  { parsed, written }: Converted,
  writer: EpdWriter,
  output: string | undefined,
  several: boolean
): string | undefined {
  if (output === undefined) return undefined
  const { id = '', version = '' } = parsed.identity ?? {}
  const file = several ? join(output, `${id}_${version}.${endings[writer.name]}`) : output
  try {
    if (several) mkdirSync(output, { recursive: true })
    writeFileSync(file, written)
    return file
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandError(exitCodes.usage, `Cannot write ${file}: ${why}.`, { cause: error })
  }
}

function tellJson(
  converted: readonly Converted[],
  outputs: readonly (string | undefined)[],
  formats: { readonly from: string; readonly to: string },
  terminal: Terminal
): void {
  const declarations = converted.map(({ parsed, losses }, index) => ({
    ...parsed.identity,
    output: outputs[index],
    findings: parsed.findings,
    losses
  }))
  terminal.print(JSON.stringify({ ...formats, declarations }, null, 2))
}

function tellPeople(
  converted: readonly Converted[],
  output: string | undefined,
  terminal: Terminal
): void {
  for (const { parsed, written, losses } of converted) {
    tellFindings(parsed.findings, terminal.complain, terminal)
    if (output === undefined) terminal.print(written.toString('utf8').trimEnd())
    for (const line of lossLines(losses)) terminal.complain(line)
  }
}

/** What is lost in many places of a kind is one line with the count of them. */
function lossLines(losses: readonly Loss[]): string[] {
  if (losses.length === 0) return []
  const kinds = Map.groupBy(losses, (loss) => JSON.stringify([kindOf(loss), loss.of, loss.message]))
  const lines = [...kinds.values()].flatMap(([first, ...more]) => {
    if (!first) return []
    const where = more.length > 0 ? kindOf(first) : first.pointer
    const whose = first.of === 'document' ? ' of the document' : ''
    const count = more.length > 0 ? ` (${more.length + 1} times)` : ''
    return [`  lost ${where || 'everywhere'}${whose}${count}  ${first.message}`]
  })
  return [...lines, losses.length === 1 ? '1 loss' : `${losses.length} losses`]
}

/** Where a loss is, without the places in lists. */
function kindOf({ pointer }: Loss): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '/*')
}
