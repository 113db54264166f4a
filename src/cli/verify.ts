import { type Checkpoint, openCheckpoint } from '../log/checkpoint.ts'
import { parseProof } from '../log/proof.ts'
import type { LoggedStatement } from '../log/read-statement.ts'
import { problem } from '../registry/proofs/bundle-problem.ts'
import { type BundleReport, verifyBundle } from '../registry/proofs/verify-bundle.ts'
import { type ReceiptReport, verifyReceipt } from '../registry/proofs/verify-receipt.ts'
import { type Command, readArgs } from './command.ts'
import { type ExitCode, exitCodes, usageError } from './exit.ts'
import { type ExportedLog, openExportedLog } from './exported-log.ts'
import type { Terminal } from './terminal.ts'
import { readBytes, trustedKeys } from './trusted-keys.ts'

const help = `lodestone verify FILE --log-key KEY [--log DIRECTORY] [--document FILE] [--json]

Verifies a bundle or a receipt (.tlog-proof) without network and without database: that the log which
you trust holds every entry at its place, that documents are the accepted ones, and that signatures
were made by keys that were in force.

  FILE             - reads standard input
  --log-key KEY    the key of the log, as GET /log/key gives it, or a file with such keys; repeatable
  --log DIRECTORY  the log itself, as lodestone export-log writes it or as you mirrored it: the file must
                   be of its beginning, so a second history by the same key is refused
  --document FILE  for a receipt: the document that it is for
  --json           the report as JSON

Ends with 0 where everything holds, 1 where anything does not, 2 for a wrong command line.`

/** `lodestone verify` */
export const verify: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      'log-key': { type: 'string', multiple: true, default: [] },
      log: { type: 'string' },
      document: { type: 'string' },
      json: { type: 'boolean', default: false }
    })
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw usageError('verify takes one file.')
    const trusted = trustedKeys(values['log-key'])
    const bytes = readBytes(path)
    const text = bytes.toString('utf8')
    const isReceipt = text.startsWith('c2sp.org/tlog-proof@')
    if (values.document !== undefined && !isReceipt) {
      throw usageError('--document goes with a receipt; a bundle holds its documents.')
    }
    const document = values.document === undefined ? undefined : readBytes(values.document)
    const log = values.log === undefined ? null : openExportedLog(values.log, trusted)
    const head = () => openCheckpoint(isReceipt ? noteOfReceipt(text) : noteOfBundle(text), trusted)
    const report = isReceipt
      ? receiptIn(log, verifyReceipt(bytes, trusted, document), head)
      : bundleIn(log, await verifyBundle(bytes, trusted), head)
    if (values.json) terminal.print(JSON.stringify(report, readable, 2))
    else if ('problems' in report) tellBundle(report, terminal)
    else tellReceipt(report, terminal)
    return verdict(report)
  }
}

type Head = () => Checkpoint | null

function receiptIn(log: ExportedLog | null, report: ReceiptReport, head: Head): ReceiptReport {
  const reason = report.verified ? refusedBy(log, head) : null
  return reason === null ? report : { verified: false, reason }
}

function bundleIn(log: ExportedLog | null, report: BundleReport, head: Head): BundleReport {
  const reason = report.log === null ? null : refusedBy(log, head)
  if (reason === null) return report
  const problems = [problem('CHECKPOINT', null, reason), ...report.problems]
  return { ...report, verified: false, problems }
}

function refusedBy(log: ExportedLog | null, head: Head): string | null {
  const signed = log && head()
  return signed && log.refuses(signed)
}

/** The signed notes in files that were read before. */
function noteOfReceipt(text: string): string {
  return parseProof(text)?.checkpoint ?? ''
}

function noteOfBundle(text: string): string {
  return (JSON.parse(text) as { readonly checkpoint: string }).checkpoint
}

function verdict({ verified }: { readonly verified: boolean }): ExitCode {
  return verified ? exitCodes.ok : exitCodes.refused
}

/** Hashes in hex: nobody wants to read a list of bytes. */
function readable(this: unknown, name: string, value: unknown): unknown {
  const raw = (this as Readonly<Record<string, unknown>>)[name]
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('hex') : value
}

function tellBundle(report: BundleReport, terminal: Terminal): void {
  for (const { index, statement, document, signature } of report.entries) {
    const what = statement ? spoken(statement) : 'blind entry'
    const signed =
      signature.state === 'verified'
        ? `, signed by ${signature.key.slice(0, 12)}… of ${signature.organization}`
        : signature.state === 'unseen'
          ? ', signed (document withheld)'
          : ''
    const bytes = document === 'none' ? '' : `, document ${document}`
    terminal.tell(`  ${String(index).padStart(8)}  ${what}${bytes}${signed}`)
  }
  for (const { code, index, message } of report.problems) {
    const where = index === null ? '' : ` at ${index}`
    terminal.tell(`${terminal.style('red', 'refused')}${where}: ${message} (${code})`)
  }
  if (report.verified) tellVerified(report, terminal)
}

/** Several versions of a declaration may stand in one bundle, and what was done with each of them. */
function spoken({ kind, subject, body }: LoggedStatement): string {
  const { version, transition } = body
  const more = [version, transition].filter((word) => typeof word === 'string')
  return [kind, subject, ...more].join(' ')
}

function tellVerified({ subject, log, entries, hidden }: BundleReport, terminal: Terminal): void {
  if (hidden.length > 0) {
    terminal.tell(
      `${terminal.style('yellow', 'not shown')}: what made ${hidden.length === 1 ? 'the batch' : 'the batches'} ${hidden.join(', ')}.`
    )
  }
  if (subject?.shown === false) {
    const why =
      subject.kind === 'batch'
        ? 'what names this batch is not yours to see, or was lawfully erased; that the blind entries are of its chain is the word of the registry.'
        : `it was lawfully erased; what the log shows is the erasure${
            subject.kind === 'entry' ? '' : ', and what it was of is the word of the registry'
          }.`
    terminal.tell(`${terminal.style('yellow', 'not shown')}: ${why}`)
  }
  terminal.tell(
    `${terminal.style('green', 'verified')}: ${subject?.kind} ${subject?.id}, ` +
      `${entries.length} entries of ${log?.origin} at ${log?.size}`
  )
}

function tellReceipt(report: ReceiptReport, terminal: Terminal): void {
  if (!report.verified) {
    terminal.tell(`${terminal.style('red', 'refused')}: ${report.reason}`)
    return
  }
  const { statement, index, log, document } = report
  const bytes = document === 'verified' ? ', document verified' : ''
  terminal.tell(
    `${terminal.style('green', 'verified')}: ${statement.kind} ${statement.subject} of ` +
      `${statement.at}, entry ${index} of ${log.origin} at ${log.size}${bytes}`
  )
}
