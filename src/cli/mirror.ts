import { setTimeout as sleep } from 'node:timers/promises'
import type { NoteVerifier } from '../log/note-key.ts'
import { environment } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { CommandError, type ExitCode, exitCodes, usageError } from './exit.ts'
import { followLog, type Look } from './mirror/follow-log.ts'
import { News } from './mirror/news.ts'
import { LogSource } from './mirror/source.ts'
import type { Terminal } from './terminal.ts'
import { trustedKeys } from './trusted-keys.ts'

const help = `lodestone mirror DIRECTORY --log-key KEY [--from ADDRESS] [--every SECONDS]

Keeps a copy of the log of a registry and watches that it only grows: fetches every entry that is new,
computes the tree from them, and takes them over where the root that was signed comes out of it. Tells of
withdrawals, revoked keys, erasures and rules. The copy has the files that lodestone export-log writes:
verify --log DIRECTORY holds bundles and receipts to it, and any web server can host it.

  --log-key KEY     the key of the log, as GET /log/key gives it, or a file with such a key
  --from ADDRESS    where the log is: https://registry.example/log, or where somebody hosts its files.
                    Without it, the log of the service at LODESTONE_URL
  --every SECONDS   looks again and again, until it is interrupted or the log contradicts the copy

Needs no client: the log is public. Ends with 0, with 1 where the log does not go on from the copy (another
history, which is kept as evidence, or an older head than before), with 3 where it cannot be reached or
another mirror is at work in the directory.`

/** What is behind may be a cache: asked again so often, so much later, before it is told. */
const CATCH_UP_TRIES = 3
const CATCH_UP_MS = 2_000
const LONGEST_PAUSE_SECONDS = 86_400

/** `lodestone mirror` */
export const mirror: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      'log-key': { type: 'string', multiple: true, default: [] },
      from: { type: 'string' },
      every: { type: 'string' }
    })
    const [directory, ...more] = positionals
    if (directory === undefined || more.length > 0) throw usageError('mirror takes a directory.')
    const [key, ...others] = trustedKeys(values['log-key'])
    if (key === undefined || others.length > 0) throw usageError('A mirror is of one log: one key.')
    const source = new LogSource(addressOf(values.from))
    const pause = values.every === undefined ? null : secondsOf(values.every)
    return pause === null
      ? look(source, directory, key, terminal)
      : watch(() => look(source, directory, key, terminal), pause, terminal)
  }
}

async function look(
  source: LogSource,
  directory: string,
  key: NoteVerifier,
  terminal: Terminal
): Promise<ExitCode> {
  for (let left = CATCH_UP_TRIES; ; left -= 1) {
    const news = new News()
    const found = await followLog(source, directory, key, (data, position) =>
      news.add(data, position)
    )
    if (found.found === 'grown') {
      tell(found, key, news, terminal)
      return exitCodes.ok
    }
    if (left === 1) throw behind(found)
    await sleep(CATCH_UP_MS)
  }
}

function tell(
  { before, size }: Look,
  { name }: NoteVerifier,
  news: News,
  terminal: Terminal
): void {
  const count = size - before
  // Of a log that was never looked at before everything is new.
  if (before > 0) for (const line of news.lines) terminal.tell(`  ${line}`)
  const came = count === 0 ? 'nothing new' : `${count} new (${news.counted()})`
  terminal.tell(`${terminal.style('green', 'verified')}: ${name} at ${size} entries, ${came}`)
}

function behind({ before, size }: Look): CommandError {
  return new CommandError(exitCodes.refused, [
    `The log shows a head of ${size} entries, after one of ${before} was mirrored.`,
    'Either it comes from a copy that is behind, or a backup was restored and entries are gone: ask the operator. The copy here has them.'
  ])
}

/** A log that cannot be reached for a while is looked at again; one that contradicts the copy ends it. */
async function watch(
  once: () => Promise<ExitCode>,
  pauseSeconds: number,
  terminal: Terminal
): Promise<ExitCode> {
  for (;;) {
    try {
      await once()
    } catch (error) {
      if (!(error instanceof CommandError) || error.exitCode !== exitCodes.unreachable) throw error
      terminal.complain(`${error.message} Looks again in ${pauseSeconds} s.`)
    }
    await sleep(pauseSeconds * 1000)
  }
}

function addressOf(given: string | undefined): string {
  if (given === undefined) return `${environment().url}/log`
  const url = URL.parse(given)
  // A log is public: a password would be told for nothing.
  const more = url && [url.search, url.hash, url.username, url.password].join('')
  if (/^https?:$/.test(url?.protocol ?? '') && more === '') return given.replace(/\/+$/, '')
  throw usageError(
    '--from takes an address such as https://registry.example/log, and nothing more.'
  )
}

function secondsOf(text: string): number {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= LONGEST_PAUSE_SECONDS) return seconds
  throw usageError(`--every takes 1 to ${LONGEST_PAUSE_SECONDS} seconds.`)
}
