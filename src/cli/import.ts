import { ApiClient } from './client.ts'
import { clientSettings } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { type ExitCode, exitCodes, usageError } from './exit.ts'
import { followImport } from './import/follow.ts'
import type { Job } from './import/job.ts'
import { startImport } from './import/start.ts'
import { tellEnd } from './import/summary.ts'
import type { Terminal } from './terminal.ts'

const help = `Imports many events or EPDs in the background of the service. A file is taken by its extension:

  .ndjson .jsonl events and declarations, one a line, each known by its content
  .zip           declarations in an ILCD archive
  .csv .xlsx     events by a template of schemas/csv (docs/csv-templates.md)

Options:
  --kind KIND    events or epds: refuse lines that are anything else
  --strict       all or nothing, up to 1,000 events
  --no-wait      upload, tell the id of the import and end
  --again        import a file once more that was imported before; nothing is recorded twice
  --cancel ID    stop an import; what it has recorded stays
  --json         print the import as JSON
  --help

The same command on the same file goes on where it was: it follows the import that is under way, or
tells how it ended. Ctrl-C ends the command, not the import.
Reads LODESTONE_URL, LODESTONE_CLIENT_ID and LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN.`

/** `lodestone import FILE` */
export const importFile: Command = {
  help: `lodestone import [options] FILE\n\n${help}`,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      kind: { type: 'string' },
      strict: { type: 'boolean', default: false },
      'no-wait': { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      cancel: { type: 'string' },
      json: { type: 'boolean', default: false }
    })
    const { kind, strict, again, json } = values
    if (kind !== undefined && kind !== 'events' && kind !== 'epds') {
      throw usageError('--kind takes events or epds.')
    }
    if (values.cancel !== undefined) return cancel(values.cancel, terminal)
    const [file, ...others] = positionals
    if (file === undefined || others.length > 0) throw usageError('Name one file.')
    const client = new ApiClient(clientSettings())
    const { job, uploaded } = await startImport(client, { file, kind, strict, again }, terminal)
    terminal.complain(uploaded ? `${file} is import ${job.id}.` : knownAs(file, job))
    if (values['no-wait']) return told(job, json, terminal)
    const end = await followImport(client, job, terminal)
    if (end === null) return detached(job, terminal)
    if (json) terminal.print(JSON.stringify(end))
    return tellEnd(client, file, end, json ? silent(terminal) : terminal)
  }
}

function knownAs(file: string, { id, state }: Job): string {
  const is = state === 'done' ? 'was imported before' : `is under way (${state})`
  return `${file} ${is}: import ${id}.${state === 'done' ? ' --again imports it once more.' : ''}`
}

function told(job: Job, json: boolean, terminal: Terminal): ExitCode {
  terminal.print(json ? JSON.stringify(job) : job.id)
  return exitCodes.ok
}

/** The exit code follows from what would have been told. */
function silent(terminal: Terminal): Terminal {
  return { ...terminal, print: () => {}, tell: () => {} }
}

function detached({ id }: Job, terminal: Terminal): ExitCode {
  terminal.complain(`The import ${id} goes on. The same command follows it again;`)
  terminal.complain(`lodestone import --cancel ${id} stops it.`)
  return exitCodes.interrupted
}

async function cancel(id: string, terminal: Terminal): Promise<ExitCode> {
  const client = new ApiClient(clientSettings())
  const answer = await client.delete(`/v1/imports/${encodeURIComponent(id)}`)
  const { state, progress } = answer.json() as Job
  terminal.print(`${id}: ${state}, ${progress.accepted} recorded`)
  return exitCodes.ok
}
