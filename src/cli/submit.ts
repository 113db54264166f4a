import { ApiClient } from './client.ts'
import { clientSettings } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { type ExitCode, exitCodes, usageError } from './exit.ts'
import { countFindings, findingLines } from './findings.ts'
import { checkTogether } from './submit/check-together.ts'
import { emptyOutcome, type Outcome } from './submit/outcome.ts'
import { sendEpd } from './submit/send-epd.ts'
import { sendEvents } from './submit/send-events.ts'
import {
  type FileContent,
  readContent,
  readUpload,
  type SpoiledFile,
  type Upload,
  type UploadOptions
} from './submit/upload.ts'
import type { Terminal } from './terminal.ts'

const help = `Submits EPDs and events. A file is taken by its extension:

  .json          one event, or one EPD in the native format
  .ndjson .jsonl events, one a line
  .csv .xlsx     events by a template of schemas/csv (docs/csv-templates.md)

Options:
  --dry-run      find every problem and record nothing; events of all files are judged together
  --lenient      record the events that are right and report the others
                 (without it a file of up to 1,000 events is recorded whole or not at all)
  --as KIND      what a .json file holds: event or epd
  --type TYPE    FILE - reads standard input, which holds json, ndjson, csv or xlsx
  --json         print what became of each file, and every finding, as JSON
  --help

Submitting the same file again is safe, as is importing it: what was recorded before is not recorded
twice.
Reads LODESTONE_URL, LODESTONE_CLIENT_ID and LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN.`

/** `lodestone submit FILE…` */
export const submit: Command = {
  help: `lodestone submit [options] FILE…\n\n${help}`,
  run: async (args, terminal) => {
    const { values, positionals: files } = readArgs(args, {
      'dry-run': { type: 'boolean', default: false },
      lenient: { type: 'boolean', default: false },
      as: { type: 'string' },
      type: { type: 'string' },
      json: { type: 'boolean', default: false }
    })
    const { lenient, json, 'dry-run': dryRun } = values
    if (files.length === 0) throw usageError('Name at least one file.')
    const as = kindOf(values.as)
    const type = typeOf(values.type)
    if (files.indexOf('-') !== files.lastIndexOf('-')) throw usageError('Name - once.')
    const contents = await Promise.all(files.map((file) => readContent(file, type)))
    const read = await readAll(contents, { as, organization: ANY_ORGANIZATION })
    const spoiled = read.some(({ kind }) => kind === 'spoiled')
    const tell = (outcomes: readonly Outcome[]) => report(outcomes, { dryRun, json }, terminal)
    if (spoiled && !(dryRun && read.some(isUpload))) {
      return tell((await readMore(contents, as)).map(spoiledOutcome))
    }
    const client = new ApiClient(clientSettings())
    const known = await readFor(client, { contents, read }, as)
    const sent = await sendAll(client, known.filter(isUpload), { dryRun, lenient }, terminal)
    if (!spoiled) return tell(sent)
    const told = await readMore(contents, as)
    const others = sent.values()
    return tell(
      told.map((file) => (isUpload(file) ? others.next().value : null) ?? spoiledOutcome(file))
    )
  }
}

function readAll(contents: readonly FileContent[], options: UploadOptions) {
  return Promise.all(contents.map((content) => readUpload(content, options)))
}

/** Where sheets are refused, all is told that can be; the tables for that take their time to load. */
async function readMore(contents: readonly FileContent[], as: UploadOptions['as']) {
  const { loadReference } = await import('../reference.ts')
  const { units } = loadReference()
  return readAll(contents, { as, organization: ANY_ORGANIZATION, units })
}

/** Files are read once before anybody is asked who they belong to. */
const ANY_ORGANIZATION = '00000000-0000-0000-0000-000000000000'

const TYPES = ['json', 'ndjson', 'csv', 'xlsx']

function typeOf(type: string | undefined): string | undefined {
  if (type === undefined || TYPES.includes(type)) return type
  throw usageError(`--type takes ${TYPES.join(', ')}.`)
}

function kindOf(as: string | undefined): UploadOptions['as'] {
  if (as === undefined || as === 'event' || as === 'epd') return as
  throw usageError('--as takes event or epd.')
}

/** As they are for whoever sends them: ids that are not stated are theirs, and so are lot numbers of sheets. */
async function readFor(
  client: ApiClient,
  { contents, read }: Files,
  as: UploadOptions['as']
): Promise<readonly (Upload | SpoiledFile)[]> {
  const isSomebodys = read.some((file) => file.kind === 'events' && file.isSomebodys)
  return isSomebodys ? readAll(contents, { as, organization: await client.organization() }) : read
}

interface Files {
  readonly contents: readonly FileContent[]
  readonly read: readonly (Upload | SpoiledFile)[]
}

function isUpload(file: Upload | SpoiledFile): file is Upload {
  return file.kind !== 'spoiled'
}

async function sendAll(
  client: ApiClient,
  uploads: readonly Upload[],
  options: { readonly dryRun: boolean; readonly lenient: boolean },
  terminal: Terminal
): Promise<Outcome[]> {
  const { dryRun } = options
  const total = uploads.reduce((sum, upload) => sum + sizeOf(upload), 0)
  const progress = terminal.progress(dryRun ? 'checking' : 'submitting', total)
  const { advance } = progress
  const outcomes: Outcome[] = []
  try {
    const events = uploads.filter((upload) => upload.kind === 'events')
    const checked = (dryRun ? await checkTogether(client, events, advance) : []).values()
    for (const upload of uploads) {
      if (upload.kind === 'epd') {
        outcomes.push(await sendEpd(client, upload, { dryRun }))
        advance(1)
      } else {
        const known = dryRun ? checked.next().value : undefined
        outcomes.push(known ?? (await sendEvents(client, upload, { ...options, advance })))
      }
    }
  } finally {
    progress.done()
  }
  return outcomes
}

function sizeOf(upload: Upload): number {
  return upload.kind === 'epd' ? 1 : upload.documents.length
}

function spoiledOutcome(file: Upload | SpoiledFile): Outcome {
  const findings = file.kind === 'epd' ? [] : file.findings
  if (file.kind === 'spoiled') return { ...emptyOutcome(file.file), refused: 1, findings }
  return { ...emptyOutcome(file.file), withheld: sizeOf(file), findings }
}

interface Telling {
  readonly dryRun: boolean
  readonly json: boolean
}

function report(
  outcomes: readonly Outcome[],
  { dryRun, json }: Telling,
  terminal: Terminal
): ExitCode {
  const refused = outcomes.some((outcome) => outcome.refused > 0)
  if (json) terminal.print(JSON.stringify({ dryRun, files: outcomes }))
  else tellPeople(outcomes, dryRun, terminal)
  return refused ? exitCodes.refused : exitCodes.ok
}

function tellPeople(outcomes: readonly Outcome[], dryRun: boolean, terminal: Terminal): void {
  for (const outcome of outcomes) {
    terminal.tell(summaryLine(outcome, dryRun, terminal))
    for (const line of findingLines(outcome.findings, terminal)) terminal.tell(line)
  }
  if (dryRun && outcomes.some((outcome) => outcome.refused > 0)) {
    terminal.print('Nothing was recorded: this was a dry run.')
  }
}

function summaryLine(outcome: Outcome, dryRun: boolean, { style }: Terminal): string {
  const { file, accepted, repeated, refused, withheld, findings } = outcome
  const counts = [
    [accepted, dryRun ? 'acceptable' : 'recorded'],
    [repeated, 'recorded before'],
    [refused, 'refused'],
    [withheld, 'not recorded']
  ] as const
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  const mark = refused + withheld > 0 ? style('red', '✗') : style('green', '✓')
  const found = countFindings(findings)
  return `${mark} ${style('bold', file)}: ${told.join(', ') || 'nothing in it'}${found === '' ? '' : ` (${found})`}`
}
