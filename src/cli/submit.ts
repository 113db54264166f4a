import { ApiClient } from './client.ts'
import { clientSettings } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { type ExitCode, exitCodes, usageError } from './exit.ts'
import { countFindings, findingLines } from './findings.ts'
import { emptyOutcome, type Outcome } from './submit/outcome.ts'
import { sendEpd } from './submit/send-epd.ts'
import { sendEvents } from './submit/send-events.ts'
import {
  type FileContent,
  isSheet,
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
  --dry-run      find every problem and record nothing
  --lenient      record the events that are right and report the others
                 (without it a file of up to 1,000 events is recorded whole or not at all)
  --as KIND      what a .json file holds: event or epd
  --help

Submitting the same file again is safe: what was recorded before is not recorded twice.
Reads LODESTONE_URL, LODESTONE_CLIENT_ID and LODESTONE_CLIENT_SECRET.`

/** `lodestone submit FILE…` */
export const submit: Command = {
  help: `lodestone submit [options] FILE…\n\n${help}`,
  run: async (args, terminal) => {
    const { values, positionals: files } = readArgs(args, {
      'dry-run': { type: 'boolean', default: false },
      lenient: { type: 'boolean', default: false },
      as: { type: 'string' }
    })
    if (files.length === 0) throw usageError('Name at least one file.')
    const as = kindOf(values.as)
    const contents = files.map(readContent)
    const checked = await readAll(contents, { as, organization: ANY_ORGANIZATION })
    if (checked.some(({ kind }) => kind === 'spoiled')) {
      return report(checked.map(spoiledOutcome), values['dry-run'], terminal)
    }
    const client = new ApiClient(clientSettings())
    const options = { as, organization: await organizationFor(files, client) }
    const uploads = (await readAll(contents, options)).filter(isUpload)
    const outcomes = await sendAll(client, uploads, values, terminal)
    return report(outcomes, values['dry-run'], terminal)
  }
}

function readAll(contents: readonly FileContent[], options: UploadOptions) {
  return Promise.all(contents.map((content) => readUpload(content, options)))
}

/** Sheets are read once before anybody is asked who they belong to. */
const ANY_ORGANIZATION = '00000000-0000-0000-0000-000000000000'

function kindOf(as: string | undefined): UploadOptions['as'] {
  if (as === undefined || as === 'event' || as === 'epd') return as
  throw usageError('--as takes event or epd.')
}

/** The lot numbers of a sheet are the caller's own unless it says otherwise. */
async function organizationFor(
  files: readonly string[],
  client: ApiClient
): Promise<string | undefined> {
  if (!files.some(isSheet)) return undefined
  return client.organization()
}

function isUpload(file: Upload | SpoiledFile): file is Upload {
  return file.kind !== 'spoiled'
}

async function sendAll(
  client: ApiClient,
  uploads: readonly Upload[],
  options: { readonly 'dry-run': boolean; readonly lenient: boolean },
  terminal: Terminal
): Promise<Outcome[]> {
  const total = uploads.reduce((sum, upload) => sum + sizeOf(upload), 0)
  const progress = terminal.progress(options['dry-run'] ? 'checking' : 'submitting', total)
  const dryRun = options['dry-run']
  const outcomes: Outcome[] = []
  try {
    for (const upload of uploads) {
      if (upload.kind === 'epd') {
        outcomes.push(await sendEpd(client, upload, { dryRun }))
        progress.advance(1)
      } else {
        const { lenient } = options
        outcomes.push(
          await sendEvents(client, upload, { dryRun, lenient, advance: progress.advance })
        )
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

function report(outcomes: readonly Outcome[], dryRun: boolean, terminal: Terminal): ExitCode {
  for (const outcome of outcomes) {
    terminal.print(summaryLine(outcome, dryRun, terminal))
    for (const line of findingLines(outcome.findings, terminal)) terminal.tell(line)
  }
  const refused = outcomes.some((outcome) => outcome.refused > 0)
  if (refused && dryRun) terminal.print('Nothing was recorded: this was a dry run.')
  return refused ? exitCodes.refused : exitCodes.ok
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
  const mark = refused > 0 ? style('red', '✗') : style('green', '✓')
  const found = countFindings(findings)
  return `${mark} ${style('bold', file)}: ${told.join(', ') || 'nothing in it'}${found === '' ? '' : ` (${found})`}`
}
