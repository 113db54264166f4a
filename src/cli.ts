import { readFileSync } from 'node:fs'
import type { Command } from './cli/command.ts'
import { CommandError, type ExitCode, exitCodes } from './cli/exit.ts'
import { openTerminal, type Terminal } from './cli/terminal.ts'

interface Entry {
  readonly name: string
  readonly summary: string
  /** Loaded only when it is asked for: most commands need no database and no web server. */
  readonly load: () => Promise<Command>
}

const commands: readonly Entry[] = [
  {
    name: 'serve',
    summary: 'run the service',
    load: async () => (await import('./cli/serve.ts')).serve
  },
  {
    name: 'demo',
    summary: 'play the chain from ore to magnet on a registry of its own',
    load: async () => (await import('./cli/demo.ts')).demo
  },
  {
    name: 'migrate',
    summary: 'bring the schema of the database up to date',
    load: async () => (await import('./cli/migrate.ts')).migrate
  },
  {
    name: 'submit',
    summary: 'submit EPDs and events from JSON, NDJSON, CSV or XLSX files',
    load: async () => (await import('./cli/submit.ts')).submit
  },
  {
    name: 'import',
    summary: 'import many events or EPDs in the background of the service',
    load: async () => (await import('./cli/import.ts')).importFile
  },
  {
    name: 'epd',
    summary: 'convert and check EPDs between native JSON, openEPD, ILCD+EPD XML and CSV',
    load: async () => (await import('./cli/epd.ts')).epd
  },
  {
    name: 'trace',
    summary: 'show where a batch comes from, or where it went',
    load: async () => (await import('./cli/trace.ts')).trace
  },
  {
    name: 'report',
    summary: 'export a compliance report as JSON, CSV, XLSX or PDF',
    load: async () => (await import('./cli/report.ts')).report
  },
  {
    name: 'verify',
    summary: 'verify a bundle or a receipt, offline',
    load: async () => (await import('./cli/verify.ts')).verify
  },
  {
    name: 'keygen',
    summary: 'make a key to sign submissions with',
    load: async () => (await import('./cli/keygen.ts')).keygen
  },
  {
    name: 'sign',
    summary: 'sign a document',
    load: async () => (await import('./cli/sign.ts')).sign
  },
  {
    name: 'fsck',
    summary: 'check log, documents and books of a registry from the ground up',
    load: async () => (await import('./cli/fsck.ts')).fsck
  },
  {
    name: 'books',
    summary: 'make the books again from the events and compare',
    load: async () => (await import('./cli/books.ts')).books
  },
  {
    name: 'export-log',
    summary: 'write the log as static files',
    load: async () => (await import('./cli/export-log.ts')).exportLog
  },
  {
    name: 'mirror',
    summary: 'keep a copy of the log of a registry, and watch that it only grows',
    load: async () => (await import('./cli/mirror.ts')).mirror
  },
  {
    name: 'guard',
    summary: 'show the guard of the log, or fill a lost one',
    load: async () => (await import('./cli/guard.ts')).guard
  },
  {
    name: 'erase',
    summary: 'erase the content of an entry lawfully',
    load: async () => (await import('./cli/erase.ts')).erase
  }
]

process.exitCode = await main(process.argv.slice(2), openTerminal(process.stdout, process.stderr))

/** Finds the command, runs it, and turns what it throws into words and an exit code. */
async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = args
  const asksForHelp = name === 'help' || name === '--help' || name === '-h'
  if (asksForHelp && rest[0] !== undefined) return main([rest[0], '--help'], terminal)
  if (asksForHelp || name === undefined) {
    terminal.print(overview())
    return name === undefined ? exitCodes.usage : exitCodes.ok
  }
  if (name === '--version' || name === '-v') {
    terminal.print(version())
    return exitCodes.ok
  }
  const entry = commands.find((known) => known.name === name)
  if (!entry) {
    terminal.complain(`lodestone: there is no command ${name}; see lodestone --help.`)
    return exitCodes.usage
  }
  try {
    const command = await entry.load()
    if (!rest.includes('--help') && !rest.includes('-h')) return await command.run(rest, terminal)
    terminal.print(command.help)
    return exitCodes.ok
  } catch (error) {
    return explain(error, name, terminal)
  }
}

/** People get a sentence, never a stack. */
function explain(error: unknown, name: string, terminal: Terminal): ExitCode {
  if (error instanceof CommandError) {
    const [first = '', ...more] = error.lines
    terminal.complain(`${terminal.styleError('red', 'lodestone')}: ${first}`)
    for (const line of more) terminal.complain(line)
    if (error.exitCode === exitCodes.usage) {
      terminal.complain(`See lodestone ${name} --help.`)
    }
    return error.exitCode
  }
  terminal.complain(
    `${terminal.styleError('red', 'lodestone')}: ${name} failed: ${toldWith(error)}`
  )
  return exitCodes.failed
}

/** With what PostgreSQL said: whoever looks at its database with a command is who can mend it. */
function toldWith(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, cause } = error
  return cause instanceof Error ? `${message}: ${toldWith(cause)}` : message
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Lodestone ${version()}: a registry for the rare-earth chain that keeps books on every element.

lodestone COMMAND [options]

${list.join('\n')}

lodestone COMMAND --help tells the options. Commands that talk to a service read LODESTONE_URL,
LODESTONE_CLIENT_ID and LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN.

Exit codes: 0 done · 1 refused (findings, unknown batch) · 2 wrong command line or unreadable file
            3 service not reached or client not let in · 4 service or program failed
            130 interrupted; what was begun goes on`
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
